import { App, enumOf, path } from '../../../src/index.ts'

const ModelName = enumOf(['alexnet', 'resnet', 'lenet'], { title: 'ModelName' })

export const app = new App()

app.get('/models/{model_name}', { in: { model_name: path(ModelName) } }, ({ model_name }) => {
  switch (model_name) {
    case 'alexnet':
      return { model_name, message: 'Deep Learning FTW!' }
    case 'lenet':
      return { model_name, message: 'LeCNN all the images' }
    case 'resnet':
      return { model_name, message: 'Have some residuals' }
  }
})
