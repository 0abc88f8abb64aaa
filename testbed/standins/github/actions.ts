import type { FastifyInstance } from 'fastify';
import { invalid, missing, pageOf, root, runJson, slugOf } from './answers';
import type { Repository, Run } from './repository';

/**
 * Workflow dispatches and runs. `start` is told of every dispatch. With `return_run_details` a dispatch answers 200 and the
 * run's id, without it 204 and nothing (github.blog/changelog/2026-02-19-workflow-dispatch-api-now-returns-run-ids). The
 * list of runs holds those of every ref and every person, newest first.
 */
export function addActionRoutes(
	app: FastifyInstance,
	repository: Repository,
	clock: () => number,
	start: (run: Run) => void,
): void {
	app.post(`${root}/actions/workflows/:workflow/dispatches`, async (request, reply) => {
		const { workflow } = request.params as { workflow: string };
		const {
			ref = '',
			inputs = {},
			return_run_details: details = false,
		} = (request.body ?? {}) as {
			ref?: string;
			inputs?: Record<string, string>;
			return_run_details?: boolean;
		};
		const declared = repository.workflows.get(workflow);
		if (declared === undefined) return missing(reply);
		const sha = repository.resolve(ref);
		if (sha === undefined) return invalid(reply, `No ref found for: ${ref}`);
		const strange = Object.keys(inputs).filter((name) => !declared.includes(name));
		if (strange.length > 0) return invalid(reply, `Unexpected inputs provided: ${JSON.stringify(strange)}`);
		const run: Run = {
			id: 7000 + repository.runs.length,
			workflow,
			ref,
			sha,
			inputs,
			startedAt: clock(),
			status: 'queued',
			conclusion: null,
		};
		repository.runs.push(run);
		start(run);
		if (!details) return reply.code(204).send();
		const slug = slugOf(request);
		return {
			workflow_run_id: run.id,
			run_url: `https://api.github.com/repos/${slug}/actions/runs/${run.id}`,
			html_url: `https://github.com/${slug}/actions/runs/${run.id}`,
		};
	});
	app.get(`${root}/actions/workflows/:workflow/runs`, async (request, reply) => {
		const { workflow } = request.params as { workflow: string };
		const { branch } = request.query as Record<string, string>;
		const found = repository.runs
			.filter((run) => run.workflow === workflow && (branch === undefined || run.ref === branch))
			.reverse()
			.map((run) => runJson(run, slugOf(request)));
		return { total_count: found.length, workflow_runs: pageOf(request, reply, found) };
	});
	app.get(`${root}/actions/runs/:id`, async (request, reply) => {
		const { id } = request.params as { id: string };
		const run = repository.runs.find((candidate) => candidate.id === Number(id));
		return run ? runJson(run, slugOf(request)) : missing(reply);
	});
}
