import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CheckRun, Pull, Repository, Review, Run } from './repository';

/** Path of every route. */
export const root = '/repos/:owner/:repo';

export const iso = (at: number | null): string | null =>
	at === null ? null : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** The rest of a path, its escapes undone. */
export const wild = (request: FastifyRequest): string =>
	decodeURIComponent((request.params as Record<string, string>)['*'] ?? '');

export const slugOf = (request: FastifyRequest): string => {
	const { owner = '', repo = '' } = request.params as Record<string, string>;
	return `${owner}/${repo}`;
};

const refusal = (reply: FastifyReply, status: number, message: string): FastifyReply =>
	reply
		.code(status)
		.send({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
export const missing = (reply: FastifyReply, message = 'Not Found'): FastifyReply =>
	refusal(reply, 404, message);
export const invalid = (reply: FastifyReply, message: string): FastifyReply => refusal(reply, 422, message);

/**
 * One page of a list with GitHub's `Link` header: 30 entries if nothing is asked for, 100 at most
 * (docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api).
 */
export function pageOf<Entry>(
	request: FastifyRequest,
	reply: FastifyReply,
	all: readonly Entry[],
	usual = 30,
	most = 100,
): readonly Entry[] {
	const { per_page: size, page } = request.query as Record<string, string>;
	const per = Math.min(Math.max(Number(size ?? usual) || usual, 1), most);
	const at = Math.max(Number(page ?? 1) || 1, 1);
	const last = Math.max(Math.ceil(all.length / per), 1);
	const link = (number: number, rel: string): string => {
		const url = new URL(request.url, 'https://api.github.com');
		url.searchParams.set('per_page', String(per));
		url.searchParams.set('page', String(number));
		return `<${url.href}>; rel="${rel}"`;
	};
	const links = [
		...(at > 1 ? [link(at - 1, 'prev'), link(1, 'first')] : []),
		...(at < last ? [link(at + 1, 'next'), link(last, 'last')] : []),
	];
	if (links.length > 0) void reply.header('link', links.join(', '));
	return all.slice((at - 1) * per, at * per);
}

const userJson = (login: string | null): object | null =>
	login === null ? null : { login, id: 1000 + login.length, type: 'User', site_admin: false };

export const pullJson = (pull: Pull, repository: string): object => ({
	id: 900_000 + pull.number,
	number: pull.number,
	state: pull.mergedAt === null ? 'open' : 'closed',
	locked: false,
	draft: false,
	title: pull.title,
	body: null,
	user: userJson(pull.author),
	labels: pull.labels.map((name, at) => ({
		id: at + 1,
		name,
		color: 'ededed',
		default: false,
		description: null,
	})),
	base: { ref: pull.base, label: `roleferry:${pull.base}`, sha: pull.sha },
	head: { ref: `feature/${pull.number}`, label: `roleferry:feature/${pull.number}`, sha: pull.head },
	merge_commit_sha: pull.mergedAt === null ? null : pull.sha,
	created_at: iso(pull.createdAt),
	updated_at: iso(pull.updatedAt),
	merged_at: iso(pull.mergedAt),
	closed_at: iso(pull.mergedAt),
	author_association: 'MEMBER',
	url: `https://api.github.com/repos/${repository}/pulls/${pull.number}`,
	html_url: `https://github.com/${repository}/pull/${pull.number}`,
});

export const reviewJson = (pull: Pull, review: Review, at: number, repository: string): object => ({
	id: pull.number * 1000 + at,
	node_id: `review-${pull.number}-${at}`,
	user: userJson(review.user),
	body: '',
	state: review.state,
	submitted_at: iso(pull.mergedAt),
	commit_id: pull.head,
	author_association: review.association,
	html_url: `https://github.com/${repository}/pull/${pull.number}#review-${at}`,
	pull_request_url: `https://api.github.com/repos/${repository}/pulls/${pull.number}`,
});

export const checkJson = (run: CheckRun, at: number, sha: string): object => ({
	id: at + 1,
	node_id: `check-${at + 1}`,
	name: run.name,
	head_sha: sha,
	external_id: null,
	url: `https://api.github.com/check-runs/${at + 1}`,
	html_url: null,
	details_url: null,
	status: run.status,
	conclusion: run.conclusion,
	started_at: '2026-01-01T00:00:00Z',
	completed_at: run.status === 'completed' ? '2026-01-01T00:05:00Z' : null,
});

export const commitJson = (repository: Repository, sha: string): object => {
	const found = repository.known(sha);
	const by = { name: 'Li', email: 'li@example.com', date: iso(found?.at ?? 0) };
	return {
		sha,
		node_id: `commit-${sha.slice(0, 7)}`,
		url: `https://api.github.com/commits/${sha}`,
		html_url: `https://github.com/commit/${sha}`,
		commit: {
			message: found?.message ?? '',
			author: by,
			committer: by,
			tree: { sha, url: '' },
			comment_count: 0,
		},
		// The account behind the commit's address; null when there is none.
		author: null,
		committer: null,
		parents: (found?.parents ?? []).map((parent) => ({ sha: parent, url: '' })),
	};
};

export const runJson = (run: Run, repository: string): object => ({
	id: run.id,
	name: run.workflow,
	node_id: `run-${run.id}`,
	event: 'workflow_dispatch',
	head_branch: run.ref,
	head_sha: run.sha,
	path: `.github/workflows/${run.workflow}`,
	run_number: run.id - 6999,
	status: run.status,
	conclusion: run.conclusion,
	workflow_id: 1,
	url: `https://api.github.com/repos/${repository}/actions/runs/${run.id}`,
	html_url: `https://github.com/${repository}/actions/runs/${run.id}`,
	created_at: iso(run.startedAt),
	updated_at: iso(run.startedAt),
});
