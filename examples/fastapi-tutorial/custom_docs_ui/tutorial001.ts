import { App, html } from '../../../src/index.ts'

const cdn = 'https://unpkg.com/swagger-ui-dist@5'

const swaggerUi = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>FasterAPI - Swagger UI</title>
<link rel="stylesheet" href="${cdn}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${cdn}/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  oauth2RedirectUrl: location.origin + '/docs/oauth2-redirect',
})
</script>
</body>
</html>
`

const oauth2Redirect = `<!DOCTYPE html>
<html lang="en">
<title>OAuth2 redirect</title>
<script src="${cdn}/oauth2-redirect.js"></script>
</html>
`

const redoc = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>FasterAPI - ReDoc</title>
</head>
<body>
<redoc spec-url="/openapi.json"></redoc>
<script src="https://unpkg.com/redoc@2/bundles/redoc.standalone.js"></script>
</body>
</html>
`

export const app = new App({ docs: false, redoc: false })

app.get('/docs', { documented: false }, () => html(swaggerUi))

app.get('/docs/oauth2-redirect', { documented: false }, () => html(oauth2Redirect))

app.get('/redoc', { documented: false }, () => html(redoc))

app.get('/users/{username}', ({ username }) => ({ message: `Hello ${username}` }))
