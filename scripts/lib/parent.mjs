/**
 * npm runs a script through a shell, and a SIGTERM to npm ends npm and the shell but not the script.
 * The hub then gets the signal that was meant for it. Ctrl-C reaches it by itself, from the terminal.
 */
export function endWithParent() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 300)
  timer.unref()
}
