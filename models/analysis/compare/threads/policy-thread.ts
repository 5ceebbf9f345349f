import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { decisionSpace } from '../../../book/decision-space.js'
import { eventOfShared } from '../../../book/shared-event.js'
import { policyNamed } from '../../../policies/index.js'
import { resolveObjective } from '../../optimal-policy.js'
import { describeBook } from '../book.js'
import { allocate, type Court, runPolicy } from '../policy-run.js'
import { carriedRun, type PolicyAnswer, type PolicyTask, takePolicy, valuesOfCarried } from './policy-task.js'

/** The thread that runs policies beside the one that asked (`policy-threads.ts`). */
async function work(task: PolicyTask, answer: (answer: PolicyAnswer) => void): Promise<void> {
  const court = courtOf(task)
  for (let index = takePolicy(task); index !== undefined; index = takePolicy(task)) {
    const known = receiveMessageOnPort(parentPort!)
    if (known !== undefined) court.best = valuesOfCarried(known.message)
    const policy = policyNamed(task.policies[index])
    answer({ index, run: carriedRun(await runPolicy(court, policy.name, () => allocate(court, policy))) })
    // Buffers that nobody holds are freed between turns of the event loop only.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function courtOf({ event: shared, objectives, inputs, context, forgiven, deficit, charts }: PolicyTask): Court {
  const event = eventOfShared(shared)
  const space = decisionSpace(event)
  return {
    space,
    columns: objectives.map((name) => resolveObjective(name, inputs).prepare(event)),
    forgiven,
    deficit,
    charts: charts ? describeBook(space, { charts }, context.loadings).charts : undefined,
    context,
    best: [],
  }
}

await work(workerData as PolicyTask, (answer) => parentPort!.postMessage(answer))
