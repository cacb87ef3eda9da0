import { App, enumOf, path } from '../../../src/index.ts'

const ModelName = enumOf(['alexnet', 'resnet', 'lenet'], { title: 'ModelName' })

const messages = {
  alexnet: 'Deep Learning FTW!',
  lenet: 'LeCNN all the images',
  resnet: 'Have some residuals',
}

export const app = new App()

app.get('/models/{model_name}', { in: { model_name: path(ModelName) } }, ({ model_name }) => ({
  model_name,
  message: messages[model_name],
}))
