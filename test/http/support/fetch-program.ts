/** Fetches the URL it is given; `NODE_EXTRA_CA_CERTS` says whom it trusts. */
const response = await fetch(process.argv[2] ?? '', { method: 'POST', body: 'hello' })
console.log(response.status, await response.text())
