import { App, dep, query, str } from '../../../src/index.ts'

const contentChecker = (fixedContent: string) =>
  dep({ q: query(str({ default: '' })) }, ({ q }) => q.includes(fixedContent))

export const app = new App()

app.get('/query-checker/', { in: { isIncluded: contentChecker('bar') } }, ({ isIncluded }) => ({
  fixed_content_in_query: isIncluded,
}))
