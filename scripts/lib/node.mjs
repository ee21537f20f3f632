const [major, minor] = process.versions.node.split('.').map(Number)

// Imported before everything else, so that an old Node says this and not something about syntax.
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `Parley needs Node 20.19 or newer (22.12 or newer of the 22 line); this is ${process.versions.node}. See https://nodejs.org\n`,
  )
  process.exit(1)
}
