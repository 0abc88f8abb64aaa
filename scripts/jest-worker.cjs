// Loaded into jest and its workers by scripts/jest.mjs.
// jest tells a worker to end, and stops one that is still there after 500 ms as "failed to exit gracefully". That has two
// causes. A test left something open: then what it is gets written down, and the run fails. Or the worker only takes long to
// free hundreds of megabytes: with nothing left to do it exits at once instead.
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

/** What every worker has: the pipes to jest, and the listener below. */
const USUAL = new Set(['PipeWrap', 'SignalWrap']);

if (process.send && /jest-worker.*processChild/.test(process.argv[1] ?? '')) {
	const folder = process.env.RELEASE_GATE_LEAKS;
	process.on('SIGTERM', () => {
		const kept = [...new Set(process.getActiveResourcesInfo())].filter((name) => !USUAL.has(name)).sort();
		if (folder && kept.length > 0) appendFileSync(join(folder, `${process.pid}.leak`), kept.join(', '));
		process.reallyExit(1);
	});
	process.on('exit', (code) => process.reallyExit(code));
}
