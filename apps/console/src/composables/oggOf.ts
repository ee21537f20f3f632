import { BlobSource, BufferTarget, Conversion, Input, OggOutputFormat, Output, WEBM } from 'mediabunny'
import { voiceMime } from './voiceFormats.ts'

/** The Opus sound of a WebM recording in an Ogg file; it is moved, not encoded again. */
export async function oggOf(webm: Blob): Promise<Blob> {
  const input = new Input({ source: new BlobSource(webm), formats: [WEBM] })
  const target = new BufferTarget()
  const output = new Output({ format: new OggOutputFormat(), target })
  const conversion = await Conversion.init({ input, output })
  await conversion.execute()
  if (!target.buffer) throw new Error('nothing was recorded')
  return new Blob([target.buffer], { type: voiceMime })
}
