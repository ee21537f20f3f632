/** The files of a message by the messages of a platform they go in: each as full as it may be, in their order. */
export function groupsWithin<File extends { size: number }>(files: readonly File[], together: { maxBytes: number } | undefined): File[][] {
  const groups: File[][] = []
  let room = 0
  for (const file of files) {
    const last = groups.at(-1)
    if (last && file.size <= room) last.push(file)
    else groups.push([file])
    room = (last && file.size <= room ? room : (together?.maxBytes ?? 0)) - file.size
  }
  return groups
}
