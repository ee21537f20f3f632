/** Preloaded into the hub that is measured: asked by SIGUSR2 it collects its garbage and says what it then holds, in bytes. */
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stdout.write(`held ${heapUsed + external}\n`)
})
