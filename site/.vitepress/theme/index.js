import DefaultTheme from 'vitepress/theme-without-fonts'
import './style.css'

// oxlint-disable-next-line import/no-default-export -- VitePress reads it
export default DefaultTheme
