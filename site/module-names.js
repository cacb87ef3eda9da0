import { Converter } from 'typedoc'

/** Calls modules of the reference what programs import: `fasterapi/pg` in place of the folder's name. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      module.name = module.name === 'index' ? 'fasterapi' : `fasterapi/${module.name}`
    }
  })
}
