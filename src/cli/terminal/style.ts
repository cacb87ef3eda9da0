import { styleText } from 'node:util'

type Style = (text: string) => string

/** Only for a terminal that shows colours: `NO_COLOR`, `FORCE_COLOR` and pipes are respected. */
function style(format: Parameters<typeof styleText>[0]): Style {
  return (text) => styleText(format, text, { stream: process.stdout })
}

export const bold: Style = style('bold')
export const dim: Style = style('dim')
export const cyan: Style = style('cyan')
export const green: Style = style('green')
export const yellow: Style = style('yellow')
export const red: Style = style('red')
