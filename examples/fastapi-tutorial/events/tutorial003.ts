import { App, num, query } from '../../../src/index.ts'

type Model = (x: number) => number

const models = new Map<string, Model>()
const answerToEverything: Model = (x) => x * 42

export const app = new App()

app.lifespan(async function* () {
  models.set('answer_to_everything', answerToEverything)
  yield
  models.clear()
})

app.get('/predict', { in: { x: query(num()) } }, ({ x }) => ({
  result: models.get('answer_to_everything')?.(x),
}))
