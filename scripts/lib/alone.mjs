import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does a job while no other process does it: two starts in one clone would else build into each other's files.
 * @template T @param {string} path of the file that says who is at it @param {() => Promise<T>} job @returns {Promise<T>}
 */
export async function alone(path, job) {
  mkdirSync(dirname(path), { recursive: true })
  while (!taken(path)) await sleep(100)
  try {
    return await job()
  } finally {
    rmSync(path, { force: true })
  }
}

function taken(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!lives(path)) rmSync(path, { force: true })
    return false
  }
}

/** An empty file was made this moment, and its maker is about to write his number into it. */
function lives(path) {
  try {
    const maker = Number(readFileSync(path, 'utf8'))
    return maker === 0 || process.kill(maker, 0)
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT'
  }
}
