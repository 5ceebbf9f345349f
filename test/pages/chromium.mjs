import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const NAMES = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean)

/** The name of a chromium of this machine; undefined where there is none. */
export const chromium = () => NAMES.find((name) => spawnSync(name, ['--version']).status === 0)

/** The devtools protocol over two pipes: a message is JSON and a zero. */
export function open(command, folder) {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars']
  const home = `--user-data-dir=${join(folder, 'profile')}`
  const child = spawn(command, [...flags, home, '--remote-debugging-pipe', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const waiting = new Map()
  const listeners = new Set()
  let next = 0
  let text = ''
  child.stdio[4].setEncoding('utf8').on('data', (piece) => {
    const messages = (text + piece).split('\0')
    text = messages.pop()
    for (const message of messages.map((one) => JSON.parse(one))) {
      if (message.id === undefined) for (const listener of listeners) listener(message)
      else {
        const { done, fail } = waiting.get(message.id)
        waiting.delete(message.id)
        if (message.error) fail(new Error(message.error.message))
        else done(message.result)
      }
    }
  })
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((done, fail) => {
      const id = ++next
      waiting.set(id, { done, fail })
      child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  return {
    async tab(listener) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      const own = (message) => message.sessionId === sessionId && listener(message)
      listeners.add(own)
      return {
        send: (method, params) => send(method, params, sessionId),
        close: async () => {
          listeners.delete(own)
          await send('Target.closeTarget', { targetId })
        },
      }
    },
    once: (method) =>
      new Promise((done) => {
        const listener = (message) => {
          if (message.method !== method) return
          listeners.delete(listener)
          done(message.params)
        }
        listeners.add(listener)
      }),
    /** Settles when the browser writes nothing more. */
    close: async () => {
      const ended = new Promise((done) => child.once('close', done))
      send('Browser.close').catch(() => child.kill())
      await ended
    },
  }
}
