import type { FastifyInstance } from 'fastify';
import {
	checkJson,
	commitJson,
	invalid,
	iso,
	missing,
	pageOf,
	pullJson,
	reviewJson,
	root,
	slugOf,
	wild,
} from './answers';
import type { CheckRun, Repository } from './repository';

const passed: readonly CheckRun[] = ['unit', 'integration'].map((name) => ({
	name,
	status: 'completed',
	conclusion: 'success',
}));

/** Pull requests, their reviews, and the checks of a commit. */
export function addPullRoutes(app: FastifyInstance, repository: Repository): void {
	app.get(`${root}/pulls`, async (request, reply) => {
		const { state = 'open', base, sort = 'created', direction } = request.query as Record<string, string>;
		const at = sort === 'updated' ? 'updatedAt' : 'createdAt';
		const found = repository.pulls
			.filter((pull) => state === 'all' || (pull.mergedAt === null) === (state === 'open'))
			.filter((pull) => base === undefined || pull.base === base)
			.sort((a, b) => b[at] - a[at] || b.number - a.number);
		// Without a direction: descending when sorted by creation or when no sort is named, ascending otherwise.
		const up = direction === 'asc' || (direction === undefined && sort !== 'created');
		const listed = up ? found.reverse() : found;
		return pageOf(request, reply, listed).map((pull) => pullJson(pull, slugOf(request)));
	});
	app.get(`${root}/pulls/:number/reviews`, async (request, reply) => {
		const { number } = request.params as { number: string };
		const pull = repository.pulls.find((candidate) => candidate.number === Number(number));
		if (!pull) return missing(reply);
		const listed = pull.reviews.map((review, at) => reviewJson(pull, review, at, slugOf(request)));
		return pageOf(request, reply, listed);
	});
	app.get(`${root}/commits/:ref/check-runs`, async (request, reply) => {
		const { ref } = request.params as { ref: string };
		const sha = repository.resolve(decodeURIComponent(ref));
		if (sha === undefined) return invalid(reply, `No commit found for SHA: ${ref}`);
		const runs = (repository.checks.get(sha) ?? passed).map((run, at) => checkJson(run, at, sha));
		return { total_count: runs.length, check_runs: pageOf(request, reply, runs) };
	});
	app.get(`${root}/commits/:ref`, async (request, reply) => {
		const { ref } = request.params as { ref: string };
		const sha = repository.resolve(decodeURIComponent(ref));
		return sha === undefined
			? invalid(reply, `No commit found for SHA: ${ref}`)
			: { ...commitJson(repository, sha), stats: { additions: 1, deletions: 0, total: 1 }, files: [] };
	});
}

/** Branches, tags, comparison, merges and files. */
export function addRefRoutes(app: FastifyInstance, repository: Repository, clock: () => number): void {
	const refJson = (ref: string, sha: string): object => {
		const object = repository.annotated.has(ref)
			? { type: 'tag', sha: sha.split('').reverse().join(''), url: '' }
			: { type: 'commit', sha, url: `https://api.github.com/git/commits/${sha}` };
		return { ref, node_id: `ref-${ref}`, url: `https://api.github.com/git/${ref}`, object };
	};
	app.get(`${root}/git/ref/*`, async (request, reply) => {
		const ref = `refs/${wild(request)}`;
		const sha = repository.refs.get(ref);
		return sha === undefined ? missing(reply) : refJson(ref, sha);
	});
	app.post(`${root}/git/refs`, async (request, reply) => {
		const { ref = '', sha = '' } = (request.body ?? {}) as { ref?: string; sha?: string };
		if (!/^refs\/(heads|tags)\/./.test(ref)) return invalid(reply, 'Reference name is not valid');
		// Whatever it points at.
		if (repository.refs.has(ref)) return invalid(reply, 'Reference already exists');
		if (repository.known(sha) === undefined) return invalid(reply, 'Object does not exist');
		repository.refs.set(ref, sha);
		return reply.code(201).send(refJson(ref, sha));
	});
	app.get(`${root}/tags`, async (request, reply) =>
		pageOf(request, reply, repository.tags()).map(([name, sha]) => ({
			name,
			node_id: `tag-${name}`,
			commit: { sha, url: `https://api.github.com/commits/${sha}` },
			zipball_url: `https://api.github.com/zipball/refs/tags/${name}`,
			tarball_url: `https://api.github.com/tarball/refs/tags/${name}`,
		})),
	);
	app.get(`${root}/compare/*`, async (request, reply) => {
		const [base = '', head = ''] = wild(request).split('...');
		const [from, to] = [repository.resolve(base), repository.resolve(head)];
		if (from === undefined || to === undefined) return missing(reply);
		const ahead = repository.between(from, to);
		const { page = '1' } = request.query as Record<string, string>;
		const files = [...repository.files.keys()].map((filename) => ({ filename, status: 'modified' }));
		return {
			url: `https://api.github.com/compare/${base}...${head}`,
			html_url: `https://github.com/compare/${base}...${head}`,
			base_commit: commitJson(repository, from),
			merge_base_commit: commitJson(repository, repository.mergeBase(from, to)),
			status: repository.standing(from, to),
			ahead_by: ahead.length,
			behind_by: repository.between(to, from).length,
			total_commits: ahead.length,
			// 250 on the one page there is when nobody asks for pages; with `per_page` 100 at most.
			commits: pageOf(
				request,
				reply,
				ahead.map(({ sha }) => commitJson(repository, sha)),
				250,
				(request.query as Record<string, string>)['per_page'] === undefined ? 250 : 100,
			),
			...(page === '1' ? { files } : {}),
		};
	});
	app.post(`${root}/merges`, async (request, reply) => {
		const { base = '', head = '', commit_message: message } = (request.body ?? {}) as Record<string, string>;
		const [into, sha] = [repository.branch(base), repository.resolve(head)];
		if (into === undefined) return missing(reply, 'Base does not exist');
		if (sha === undefined) return missing(reply, 'Head does not exist');
		if (repository.history(into).has(sha)) return reply.code(204).send();
		const made = repository.mergeInto(base, sha, message ?? `Merge ${head} into ${base}`, clock());
		return reply.code(201).send(commitJson(repository, made));
	});
	app.get(`${root}/contents/*`, async (request, reply) => {
		const path = wild(request);
		const { ref } = request.query as { ref?: string };
		const text = repository.files.get(path);
		if (text === undefined || (ref !== undefined && repository.resolve(ref) === undefined))
			return missing(reply);
		if (String(request.headers.accept).includes('raw'))
			return reply.type('application/vnd.github.raw+json; charset=utf-8').send(text);
		const bytes = Buffer.from(text, 'utf8');
		// Files between 1 and 100 MB: "the content field will be an empty string and the encoding field will be none"
		// (docs.github.com/rest/repos/contents, Get repository content).
		const whole = bytes.length <= 1_048_576;
		const encoding = whole ? 'base64' : 'none';
		const content = whole ? bytes.toString('base64') : '';
		return { type: 'file', name: path, path, sha: '', encoding, size: bytes.length, content };
	});
}

/** Published releases. */
export function addReleaseRoutes(app: FastifyInstance, repository: Repository, clock: () => number): void {
	app.post(`${root}/releases`, async (request, reply) => {
		const {
			tag_name: tag = '',
			target_commitish: target = 'main',
			name = '',
			body = '',
		} = (request.body ?? {}) as Record<string, string>;
		const sha = repository.resolve(`tags/${tag}`) ?? repository.resolve(target);
		if (tag === '' || sha === undefined) return invalid(reply, 'Validation Failed');
		// A tag that there is not is made.
		repository.refs.set(`refs/tags/${tag}`, sha);
		if (repository.releases.some((release) => release.tag === tag))
			return invalid(reply, 'Validation Failed');
		const release = { id: repository.releases.length + 1, tag, name, body };
		repository.releases.push(release);
		return reply.code(201).send({
			id: release.id,
			tag_name: tag,
			target_commitish: target,
			name,
			body,
			draft: false,
			prerelease: false,
			created_at: iso(clock()),
			published_at: iso(clock()),
			html_url: `https://github.com/${slugOf(request)}/releases/tag/${tag}`,
		});
	});
	app.get(`${root}/releases/tags/:tag`, async (request, reply) => {
		const { tag } = request.params as { tag: string };
		const found = repository.releases.find((release) => release.tag === tag);
		return found ? { id: found.id, tag_name: tag, name: found.name, body: found.body } : missing(reply);
	});
}
