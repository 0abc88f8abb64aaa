import { createHash } from 'node:crypto';

/** How somebody stands to the repository, in GitHub's words; the first three may write. */
export type Association = 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';

/** A review of a pull request. A deleted account is `null`. */
export interface Review {
	readonly user: string | null;
	readonly association: Association;
	readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
}

/** A pull request as the stand-in keeps it. */
export interface Pull {
	readonly number: number;
	readonly title: string;
	/** `null` for a deleted account. */
	readonly author: string | null;
	readonly labels: readonly string[];
	readonly base: string;
	readonly createdAt: number;
	/** Milliseconds since 1970. */
	updatedAt: number;
	/** Milliseconds since 1970; `null` while open. */
	mergedAt: number | null;
	/** Oldest first. */
	readonly reviews: readonly Review[];
	/** Tip of the feature branch. */
	readonly head: string;
	/** The merge commit. */
	readonly sha: string;
}

/** A check run on a commit. */
export interface CheckRun {
	readonly name: string;
	readonly status: 'queued' | 'in_progress' | 'completed';
	readonly conclusion:
		'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required' | null;
}

export type Conclusion = 'success' | 'failure' | 'cancelled';

/** A run of a workflow. */
export interface Run {
	readonly id: number;
	readonly workflow: string;
	readonly ref: string;
	/** The commit the ref pointed at when it started. */
	readonly sha: string;
	readonly inputs: Readonly<Record<string, string>>;
	readonly startedAt: number;
	status: 'queued' | 'in_progress' | 'completed';
	conclusion: Conclusion | null;
}

/** A published release. */
export interface PublishedRelease {
	readonly id: number;
	readonly tag: string;
	readonly name: string;
	readonly body: string;
}

interface Commit {
	readonly sha: string;
	readonly parents: readonly string[];
	readonly message: string;
	readonly at: number;
}

const shaOf = (text: string): string => createHash('sha1').update(text).digest('hex');

/** What a pull request is merged with; what is left out is a week's usual. */
export type Work = Pick<Pull, 'title' | 'author' | 'labels'> & {
	/** Approvals by members; one by somebody else than the author if absent. */
	readonly approvedBy?: readonly string[];
	/** All reviews, in place of `approvedBy`. */
	readonly reviews?: readonly Review[];
	/** When it was opened; at its merge if absent. */
	readonly createdAt?: number;
};

/** The state of one repository: commits, branches and tags as full refs, pull requests, runs, releases, files. */
export class Repository {
	/** Of tags the commit, whether they are annotated or not. */
	readonly refs = new Map<string, string>();
	/** Tags that are objects of their own: `git/ref` answers the object's id, not the commit's. */
	readonly annotated = new Set<string>();
	readonly pulls: Pull[] = [];
	readonly runs: Run[] = [];
	readonly releases: PublishedRelease[] = [];
	/** Contents by path, whatever the ref. */
	readonly files = new Map<string, string>();
	/** Check runs on each commit; two that passed if absent. */
	readonly checks = new Map<string, readonly CheckRun[]>();
	/** Inputs each workflow declares; a dispatch with another input is refused. */
	readonly workflows = new Map<string, readonly string[]>([
		['build.yml', ['version']],
		['deploy.yml', ['version', 'environment']],
	]);
	private readonly commits = new Map<string, Commit>();

	constructor(at = 0) {
		const first = this.commit({ message: 'first', parents: [], at });
		for (const branch of ['main', 'develop']) this.refs.set(`refs/heads/${branch}`, first);
	}

	/** A new commit's id; on top of develop, and reached by no branch, if nothing else is said. */
	commit({ message = '', parents, at = 0 }: Partial<Omit<Commit, 'sha'>> = {}): string {
		const sha = shaOf(`commit ${this.commits.size}`);
		const below = parents ?? [this.branch('develop') ?? ''];
		this.commits.set(sha, { sha, message, parents: below, at });
		return sha;
	}

	branch(name: string): string | undefined {
		return this.refs.get(`refs/heads/${name}`);
	}

	/** The commit a ref means: `heads/x`, `tags/x`, a branch, a tag or a commit. */
	resolve(ref: string): string | undefined {
		const known = this.refs.get(`refs/${ref}`) ?? this.branch(ref) ?? this.refs.get(`refs/tags/${ref}`);
		return known ?? this.commits.get(ref)?.sha;
	}

	known(sha: string): Commit | undefined {
		return this.commits.get(sha);
	}

	/** Everything a commit is made of, itself included. */
	history(sha: string): ReadonlySet<string> {
		const seen = new Set<string>();
		const left = [sha];
		for (let next = left.pop(); next !== undefined; next = left.pop()) {
			if (seen.has(next)) continue;
			seen.add(next);
			left.push(...(this.commits.get(next)?.parents ?? []));
		}
		return seen;
	}

	/** Commits that `to` has and `from` has not, oldest first. */
	between(from: string, to: string): readonly Commit[] {
		const [had, has] = [this.history(from), this.history(to)];
		return [...this.commits.values()].filter(({ sha }) => has.has(sha) && !had.has(sha));
	}

	/** How `to` stands to `from`, in GitHub's words. */
	standing(from: string, to: string): 'identical' | 'ahead' | 'behind' | 'diverged' {
		if (from === to) return 'identical';
		const [ahead, behind] = [this.between(from, to).length, this.between(to, from).length];
		if (behind === 0) return 'ahead';
		return ahead === 0 ? 'behind' : 'diverged';
	}

	/** The newest commit both have. */
	mergeBase(from: string, to: string): string {
		const had = this.history(from);
		return [...this.commits.keys()].filter((sha) => had.has(sha) && this.history(to).has(sha)).at(-1) ?? from;
	}

	/** Tags with their commits, in reverse alphabetical order as GitHub lists them. */
	tags(): readonly (readonly [string, string])[] {
		return [...this.refs]
			.filter(([ref]) => ref.startsWith('refs/tags/'))
			.map(([ref, sha]) => [ref.slice('refs/tags/'.length), sha] as const)
			.sort(([a], [b]) => (a < b ? 1 : -1));
	}

	/** Merges a commit into a branch as GitHub does: by a commit of its own, never by moving the branch. */
	mergeInto(branch: string, sha: string, message: string, at: number): string {
		const below = this.branch(branch) ?? '';
		const merge = this.commit({ message, parents: [below, sha], at });
		this.refs.set(`refs/heads/${branch}`, merge);
		return merge;
	}

	/** Opens a pull request and merges it into develop, as the team does from Monday to Thursday. */
	merge({ title, author, labels, approvedBy, reviews, createdAt }: Work, at: number): Pull {
		const head = this.commit({ message: title, at });
		const number = this.pulls.length + 101;
		const sha = this.mergeInto('develop', head, `Merge pull request #${number}`, at);
		const by = approvedBy ?? [author === 'maya' ? 'li' : 'maya'];
		const merged: Pull = {
			title,
			author,
			labels,
			reviews:
				reviews ?? by.map((user) => ({ user, association: 'MEMBER' as const, state: 'APPROVED' as const })),
			number,
			base: 'develop',
			createdAt: createdAt ?? at,
			updatedAt: at,
			mergedAt: at,
			head,
			sha,
		};
		this.pulls.push(merged);
		return merged;
	}
}
