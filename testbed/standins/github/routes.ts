import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pull, Repository, Run } from './repository';

const root = '/repos/:owner/:repo';
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const wild = (request: FastifyRequest): string =>
	decodeURIComponent((request.params as Record<string, string>)['*'] ?? '');
const missing = (reply: FastifyReply, message = 'Not Found'): FastifyReply =>
	reply.code(404).send({ message, documentation_url: 'https://docs.github.com/rest', status: '404' });
const invalid = (reply: FastifyReply, message: string): FastifyReply =>
	reply.code(422).send({ message, documentation_url: 'https://docs.github.com/rest', status: '422' });

const pullJson = (pull: Pull, repository: string): object => ({
	id: 900_000 + pull.number,
	number: pull.number,
	state: pull.mergedAt === null ? 'open' : 'closed',
	title: pull.title,
	user: { login: pull.author, type: 'User' },
	labels: pull.labels.map((name) => ({ name })),
	base: { ref: pull.base },
	head: { ref: `feature/${pull.number}`, sha: pull.sha },
	merge_commit_sha: pull.sha,
	merged_at: iso(pull.mergedAt),
	closed_at: iso(pull.mergedAt),
	html_url: `https://github.com/${repository}/pull/${pull.number}`,
});

/** Pull requests, their reviews, and the checks of a commit. */
export function addPullRoutes(app: FastifyInstance, repository: Repository): void {
	const slug = (request: FastifyRequest): string => {
		const { owner = '', repo = '' } = request.params as Record<string, string>;
		return `${owner}/${repo}`;
	};
	app.get(`${root}/pulls`, async (request) => {
		const { state = 'open', base, page = '1' } = request.query as Record<string, string>;
		if (Number(page) > 1) return [];
		return repository.pulls
			.filter((pull) => state === 'all' || (pull.mergedAt === null) === (state === 'open'))
			.filter((pull) => base === undefined || pull.base === base)
			.map((pull) => pullJson(pull, slug(request)))
			.reverse();
	});
	app.get(`${root}/pulls/:number/reviews`, async (request, reply) => {
		const { number } = request.params as { number: string };
		const pull = repository.pulls.find((candidate) => candidate.number === Number(number));
		if (!pull) return missing(reply);
		return pull.approvedBy.map((login, at) => ({
			id: pull.number * 10 + at,
			user: { login, type: 'User' },
			state: 'APPROVED',
			submitted_at: iso(pull.mergedAt),
			commit_id: pull.sha,
		}));
	});
	app.get(`${root}/commits/:ref/check-runs`, async (request, reply) => {
		const sha = repository.resolve(decodeURIComponent((request.params as { ref: string }).ref));
		if (sha === undefined) return missing(reply, 'No commit found');
		const conclusion = repository.checks.get(sha) ?? 'success';
		const runs = ['unit', 'integration'].map((name, at) => ({
			id: at + 1,
			name,
			head_sha: sha,
			status: 'completed',
			conclusion,
		}));
		return { total_count: runs.length, check_runs: runs };
	});
}

/** Branches, tags, comparison, merges and files. */
export function addRefRoutes(app: FastifyInstance, repository: Repository): void {
	app.get(`${root}/git/ref/*`, async (request, reply) => {
		const ref = `refs/${wild(request)}`;
		const sha = repository.refs.get(ref);
		return sha === undefined ? missing(reply) : { ref, object: { type: 'commit', sha } };
	});
	app.post(`${root}/git/refs`, async (request, reply) => {
		const { ref = '', sha = '' } = (request.body ?? {}) as { ref?: string; sha?: string };
		if (!/^refs\/(heads|tags)\/./.test(ref)) return invalid(reply, 'Reference name is not valid');
		if (repository.refs.has(ref)) return invalid(reply, 'Reference already exists');
		if (repository.resolve(sha) === undefined) return invalid(reply, 'Object does not exist');
		repository.refs.set(ref, sha);
		return reply.code(201).send({ ref, object: { type: 'commit', sha } });
	});
	app.get(`${root}/tags`, async () => repository.tags().map(([name, sha]) => ({ name, commit: { sha } })));
	app.get(`${root}/compare/*`, async (request, reply) => {
		const [base = '', head = ''] = wild(request).split('...');
		const [from, to] = [repository.resolve(base), repository.resolve(head)];
		if (from === undefined || to === undefined) return missing(reply);
		const ahead = repository.between(from, to);
		return {
			status: repository.standing(from, to),
			ahead_by: ahead.length,
			behind_by: 0,
			total_commits: ahead.length,
			commits: ahead.map(({ sha, title }) => ({ sha, commit: { message: title } })),
			files: [...repository.files.keys()].map((filename) => ({ filename, status: 'modified' })),
		};
	});
	app.post(`${root}/merges`, async (request, reply) => {
		const { base = '', head = '' } = (request.body ?? {}) as { base?: string; head?: string };
		const sha = repository.resolve(head);
		if (repository.branch(base) === undefined || sha === undefined)
			return missing(reply, 'Base or head missing');
		if (repository.branch(base) === sha) return reply.code(204).send();
		repository.refs.set(`refs/heads/${base}`, sha);
		return reply.code(201).send({ sha, commit: { message: `Merge ${head} into ${base}` } });
	});
	app.get(`${root}/contents/*`, async (request, reply) => {
		const path = wild(request);
		const text = repository.files.get(path);
		if (text === undefined) return missing(reply);
		if (String(request.headers.accept).includes('raw')) return reply.type('text/plain').send(text);
		const content = Buffer.from(text, 'utf8').toString('base64');
		return { type: 'file', path, encoding: 'base64', size: text.length, content };
	});
}

/** Workflow dispatches, runs and releases. `start` is told of every dispatch. */
export function addActionRoutes(
	app: FastifyInstance,
	repository: Repository,
	clock: () => number,
	start: (run: Run) => void,
): void {
	app.post(`${root}/actions/workflows/:workflow/dispatches`, async (request, reply) => {
		const { workflow } = request.params as { workflow: string };
		const { ref = '', inputs = {} } = (request.body ?? {}) as {
			ref?: string;
			inputs?: Record<string, string>;
		};
		if (repository.resolve(ref) === undefined) return invalid(reply, `No ref found for: ${ref}`);
		const run: Run = {
			id: 7000 + repository.runs.length,
			workflow,
			ref,
			inputs,
			startedAt: clock(),
			status: 'queued',
			conclusion: null,
		};
		repository.runs.push(run);
		start(run);
		return reply.code(204).send();
	});
	app.get(`${root}/actions/workflows/:workflow/runs`, async (request) => {
		const { workflow } = request.params as { workflow: string };
		const { per_page: size = '30', branch } = request.query as Record<string, string>;
		const found = repository.runs
			.filter((run) => run.workflow === workflow && (branch === undefined || run.ref === branch))
			.reverse();
		return {
			total_count: found.length,
			workflow_runs: found.slice(0, Number(size)).map((run) => ({
				id: run.id,
				name: run.workflow,
				event: 'workflow_dispatch',
				head_branch: run.ref,
				head_sha: repository.resolve(run.ref),
				status: run.status,
				conclusion: run.conclusion,
				created_at: iso(run.startedAt),
			})),
		};
	});
	app.post(`${root}/releases`, async (request, reply) => {
		const { tag_name: tag = '', name = '', body = '' } = (request.body ?? {}) as Record<string, string>;
		if (repository.releases.some((release) => release.tag === tag))
			return invalid(reply, 'Validation Failed');
		const release = { id: repository.releases.length + 1, tag, name, body };
		repository.releases.push(release);
		return reply
			.code(201)
			.send({ id: release.id, tag_name: tag, name, body, draft: false, prerelease: false });
	});
	app.get(`${root}/releases/tags/:tag`, async (request, reply) => {
		const { tag } = request.params as { tag: string };
		const found = repository.releases.find((release) => release.tag === tag);
		return found ? { id: found.id, tag_name: tag, name: found.name, body: found.body } : missing(reply);
	});
}
