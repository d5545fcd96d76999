import { isMainThread } from 'node:worker_threads';

// Loaded into every worker before its own code: when the local cloud is gone, however it went, its end of
// this channel closes, and a worker without a cloud must not go on.
if (isMainThread && process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
