type Messages = typeof import('./locales/en.json')

declare module '*.json?first' {
  const words: Messages
  export default words
}
declare module '*.json?later' {
  const words: Messages
  export default words
}
declare module 'virtual:later-icons' {
  /** Makes the icons of the later pages and parts known. */
  const add: () => void
  export default add
}
