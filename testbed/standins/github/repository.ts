import { createHash } from 'node:crypto';

/** A pull request as the stand-in keeps it. */
export interface Pull {
	readonly number: number;
	readonly title: string;
	readonly author: string;
	readonly labels: readonly string[];
	readonly base: string;
	/** Milliseconds since 1970; `null` while open. */
	mergedAt: number | null;
	/** Who approved it. */
	readonly approvedBy: readonly string[];
	readonly sha: string;
}

/** A run of a workflow. */
export interface Run {
	readonly id: number;
	readonly workflow: string;
	readonly ref: string;
	readonly inputs: Readonly<Record<string, string>>;
	readonly startedAt: number;
	status: 'queued' | 'in_progress' | 'completed';
	conclusion: 'success' | 'failure' | null;
}

/** A published release. */
export interface PublishedRelease {
	readonly id: number;
	readonly tag: string;
	readonly name: string;
	readonly body: string;
}

const shaOf = (text: string): string => createHash('sha1').update(text).digest('hex');

/** The state of one repository: branches and tags as full refs, pull requests, runs, releases, files. */
export class Repository {
	readonly refs = new Map<string, string>();
	readonly pulls: Pull[] = [];
	readonly runs: Run[] = [];
	readonly releases: PublishedRelease[] = [];
	/** Contents by path. */
	readonly files = new Map<string, string>();
	/** Conclusion of the checks on each commit; `success` if absent. */
	readonly checks = new Map<string, 'success' | 'failure'>();
	private readonly order = [shaOf('first')];

	constructor() {
		for (const branch of ['main', 'develop']) this.refs.set(`refs/heads/${branch}`, shaOf('first'));
	}

	/** A new commit id. */
	commit(): string {
		const sha = shaOf(`commit ${this.order.length}`);
		this.order.push(sha);
		return sha;
	}

	branch(name: string): string | undefined {
		return this.refs.get(`refs/heads/${name}`);
	}

	/** What a ref (branch, tag, commit) points at. */
	resolve(ref: string): string | undefined {
		const known = this.branch(ref) ?? this.refs.get(`refs/tags/${ref}`);
		return known ?? ([...this.refs.values()].includes(ref) ? ref : undefined);
	}

	/** Merged pull requests whose commits `to` has and `from` has not: all history is one line here. */
	between(from: string, to: string): readonly Pull[] {
		const [first, last] = [this.order.indexOf(from), this.order.indexOf(to)];
		return this.pulls.filter(({ sha }) => {
			const at = this.order.indexOf(sha);
			return at > first && at <= last;
		});
	}

	/** How `to` stands to `from`, in GitHub's words. */
	standing(from: string, to: string): 'identical' | 'ahead' | 'behind' {
		const [first, last] = [this.order.indexOf(from), this.order.indexOf(to)];
		return first === last ? 'identical' : last > first ? 'ahead' : 'behind';
	}

	tags(): readonly (readonly [string, string])[] {
		return [...this.refs]
			.filter(([ref]) => ref.startsWith('refs/tags/'))
			.map(([ref, sha]) => [ref.slice('refs/tags/'.length), sha] as const)
			.reverse();
	}

	/** Opens a pull request and merges it into develop, as the team does from Monday to Thursday. */
	merge(
		pull: Pick<Pull, 'title' | 'author' | 'labels'> & { readonly approvedBy?: readonly string[] },
		at: number,
	): Pull {
		const sha = this.commit();
		this.refs.set('refs/heads/develop', sha);
		const approvedBy = pull.approvedBy ?? [pull.author === 'maya' ? 'li' : 'maya'];
		const number = this.pulls.length + 101;
		const merged: Pull = { ...pull, approvedBy, number, base: 'develop', mergedAt: at, sha };
		this.pulls.push(merged);
		return merged;
	}
}
