export { SettingsError, type SettingsProblem } from './errors.ts'
export type { SettingsOptions } from './options.ts'
export {
  Setting,
  type SettingOptions,
  type SettingsMap,
  type SettingsOf,
  setting,
} from './setting.ts'
export { settings } from './settings.ts'
export type { Environment } from './sources.ts'
export { settingsTemplate } from './template.ts'
