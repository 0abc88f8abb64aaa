import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

/** Numbers in a query are text. A page holds 100 entries at most. */
const page = { per_page: z.coerce.number().int().min(1).max(100), page: z.coerce.number().int().min(1) };
const paged = z.object(page).partial().strict();

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const time = z.string().datetime();

/** An account; `null` when it was deleted (nullable-simple-user). */
const user = z.object({ login: z.string(), id: z.number().int(), type: z.string() }).nullable();

const pull = z.object({
	id: z.number().int(),
	number: z.number().int(),
	state: z.enum(['open', 'closed']),
	title: z.string(),
	user,
	labels: z.array(z.object({ name: z.string() })),
	merge_commit_sha: sha.nullable(),
	created_at: time,
	updated_at: time,
	merged_at: time.nullable(),
	html_url: z.string().url(),
	author_association: z.string(),
});

/** `author_association` is required; the states are those GitHub writes, in capitals. */
const review = z.object({
	id: z.number().int(),
	user,
	state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
	author_association: z.enum([
		'COLLABORATOR',
		'CONTRIBUTOR',
		'FIRST_TIMER',
		'FIRST_TIME_CONTRIBUTOR',
		'MANNEQUIN',
		'MEMBER',
		'NONE',
		'OWNER',
	]),
	commit_id: sha.nullable(),
	pull_request_url: z.string().url(),
});

const check = z.object({
	id: z.number().int(),
	name: z.string(),
	head_sha: sha,
	status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']),
	conclusion: z
		.enum(['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'])
		.nullable(),
});

const commit = z.object({
	sha,
	commit: z.object({ message: z.string(), committer: z.object({ date: time.optional() }).nullable() }),
	author: user,
	committer: user,
	parents: z.array(z.object({ sha })),
});

const ref = z.object({
	ref: z.string(),
	object: z.object({ type: z.enum(['commit', 'tag']), sha }),
});

const run = z.object({
	id: z.number().int(),
	head_branch: z.string().nullable(),
	head_sha: sha,
	event: z.string(),
	status: z.string().nullable(),
	conclusion: z.string().nullable(),
	html_url: z.string().url(),
});

const release = z.object({ id: z.number().int(), tag_name: z.string(), name: z.string().nullable() });

const refusal = z.object({ message: z.string() });
const root = '/repos/{owner}/{repo}';

/** GitHub's REST API, version 2022-11-28: what the release train sends and reads. */
export const github: Contract = {
	vendor: 'GitHub',
	sources: [
		{
			// Read there: dispatches and runs of a workflow, commits, check runs, comparisons, creating refs. The rest in the package below.
			url: 'https://github.com/github/rest-api-description/blob/0000036e42b5e7121c2b1ac244cb7bba1d2f3914/descriptions/api.github.com/api.github.com.2022-11-28.yaml',
			read,
		},
		{
			url: 'npm @octokit/openapi 23.0.2, generated/api.github.com.json (the description of that repository, with marks for Octokit)',
			read,
		},
		{ url: 'https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api', read },
	],
	refusal,
	exchanges: [
		{ name: 'user', method: 'GET', path: '/user', answers: { 200: z.object({ login: z.string() }) } },
		{
			name: 'list tags',
			method: 'GET',
			path: `${root}/tags`,
			query: paged,
			answers: { 200: z.array(z.object({ name: z.string(), commit: z.object({ sha }) })) },
		},
		{
			name: 'list pulls',
			method: 'GET',
			path: `${root}/pulls`,
			query: z
				.object({
					...page,
					state: z.enum(['open', 'closed', 'all']),
					base: z.string(),
					head: z.string(),
					sort: z.enum(['created', 'updated', 'popularity', 'long-running']),
					direction: z.enum(['asc', 'desc']),
				})
				.partial()
				.strict(),
			answers: { 200: z.array(pull) },
		},
		{
			name: 'list reviews',
			method: 'GET',
			path: `${root}/pulls/{number}/reviews`,
			query: paged,
			answers: { 200: z.array(review) },
		},
		{
			name: 'get commit',
			method: 'GET',
			path: `${root}/commits/{ref}`,
			query: paged,
			answers: { 200: commit },
		},
		{
			name: 'list check runs',
			method: 'GET',
			path: `${root}/commits/{ref}/check-runs`,
			query: z
				.object({ ...page, check_name: z.string(), status: z.string(), filter: z.enum(['latest', 'all']) })
				.partial()
				.strict(),
			answers: { 200: z.object({ total_count: z.number().int(), check_runs: z.array(check) }) },
		},
		{
			name: 'compare',
			method: 'GET',
			path: `${root}/compare/*`,
			query: paged,
			answers: {
				200: z.object({
					status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
					ahead_by: z.number().int(),
					behind_by: z.number().int(),
					total_commits: z.number().int(),
					merge_base_commit: commit,
					// 250 on a page when nobody asks for pages.
					commits: z.array(commit).max(250),
				}),
			},
			source: {
				url: 'https://github.blog/changelog/2021-03-22-compare-rest-api-now-supports-pagination',
				read,
			},
		},
		{ name: 'get ref', method: 'GET', path: `${root}/git/ref/*`, answers: { 200: ref } },
		{
			name: 'create ref',
			method: 'POST',
			path: `${root}/git/refs`,
			request: z.object({ ref: z.string().regex(/^refs\/.+\/.+|^refs\/(heads|tags)\/.+/), sha }).strict(),
			answers: { 201: ref },
		},
		{
			name: 'merge',
			method: 'POST',
			path: `${root}/merges`,
			request: z
				.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() })
				.strict(),
			answers: { 201: commit, 204: null },
		},
		{
			name: 'get contents',
			method: 'GET',
			path: `${root}/contents/*`,
			query: z.object({ ref: z.string().optional() }).strict(),
			// With the raw media type the file itself, of whatever kind.
			answers: { 200: null },
		},
		{
			name: 'dispatch',
			method: 'POST',
			path: `${root}/actions/workflows/{workflow}/dispatches`,
			request: z
				.object({
					ref: z.string().min(1),
					inputs: z.record(z.string()).optional(),
					return_run_details: z.boolean().optional(),
				})
				.strict(),
			answers: {
				200: z.object({
					workflow_run_id: z.number().int(),
					run_url: z.string().url(),
					html_url: z.string().url(),
				}),
				204: null,
			},
			source: {
				url: 'https://github.blog/changelog/2026-02-19-workflow-dispatch-api-now-returns-run-ids',
				read,
			},
		},
		{ name: 'get run', method: 'GET', path: `${root}/actions/runs/{id}`, answers: { 200: run } },
		{
			name: 'list runs',
			method: 'GET',
			path: `${root}/actions/workflows/{workflow}/runs`,
			query: z
				.object({ ...page, branch: z.string(), head_sha: sha })
				.partial()
				.strict(),
			answers: { 200: z.object({ total_count: z.number().int(), workflow_runs: z.array(run) }) },
		},
		{
			name: 'create release',
			method: 'POST',
			path: `${root}/releases`,
			request: z
				.object({
					tag_name: z.string(),
					// Where the tag is made when there is none; the default branch if absent.
					target_commitish: z.string().optional(),
					name: z.string().optional(),
					body: z.string().optional(),
				})
				.strict(),
			answers: { 201: release },
		},
		{
			name: 'get release by tag',
			method: 'GET',
			path: `${root}/releases/tags/{tag}`,
			answers: { 200: release },
		},
	],
};
