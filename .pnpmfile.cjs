/**
 * Of bottender only the reader of Messenger events is used. What the rest of it would bring (470 packages: a database
 * client, a tunnel that downloads a program while it installs, HTTP clients with known faults) is not installed at all.
 */
const kept = { bottender: ['messaging-api-common'] }

function readPackage(pkg) {
  const wanted = kept[pkg.name]
  if (wanted) pkg.dependencies = Object.fromEntries(Object.entries(pkg.dependencies).filter(([name]) => wanted.includes(name)))
  return pkg
}

module.exports = { hooks: { readPackage } }
