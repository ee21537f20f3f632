const wanted = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'FONTCONFIG_FILE', 'LD_LIBRARY_PATH']

/** What a program started from here needs of the environment; it has no business with the hub's secrets. */
export function environment(): Record<string, string> {
  return Object.fromEntries(wanted.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
