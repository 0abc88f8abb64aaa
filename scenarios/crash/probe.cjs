'use strict';
/**
 * Loaded into n8n with `--require`: tells the harness before and after every node that n8n's engine runs, and waits
 * for its answer, so that the harness can kill the process at exactly that moment. Nothing else is changed.
 */
const Module = require('node:module');

const lookout = process.env.RG_CRASH_LOOKOUT;
const watched = new WeakSet();

async function tell(when, workflow, node) {
	const query = new URLSearchParams({ when, workflow: String(workflow.id), node, pid: String(process.pid) });
	await fetch(`${lookout}/?${query}`).catch(() => undefined);
}

function watch(Engine) {
	if (typeof Engine !== 'function' || watched.has(Engine)) return;
	watched.add(Engine);
	const run = Engine.prototype.runNode;
	Engine.prototype.runNode = async function (workflow, execution, ...rest) {
		await tell('before', workflow, execution.node.name);
		const result = await run.call(this, workflow, execution, ...rest);
		await tell('after', workflow, execution.node.name);
		return result;
	};
}

if (lookout) {
	const load = Module._load;
	Module._load = function (request, ...rest) {
		const loaded = load.call(this, request, ...rest);
		if (/(^|\/)(n8n-core|execution-engine|workflow-execute)$/.test(request)) watch(loaded.WorkflowExecute);
		return loaded;
	};
}
