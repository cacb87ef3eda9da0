/** The argument of all commands that load an app. */
export const ENTRY = {
  name: 'entry',
  help: 'file of the app, or its folder; default: main of package.json, app.ts, src/app.ts, main.ts',
  isRequired: false,
} as const

/** Options of all commands that load an app. */
export const ENTRY_OPTIONS = {
  app: {
    kind: 'text',
    value: 'export',
    help: 'export that is the app, or makes it; default: app, or what is passed to run()',
  },
  // Not --env-file: Node takes that for its own, wherever it stands.
  env: { kind: 'text', value: 'file', help: 'file with environment variables' },
} as const
