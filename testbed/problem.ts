/** What went wrong in the sandbox, and how to get unstuck: the same two sentences as the package's own catalogue. */
export class SandboxProblem extends Error {
	constructor(
		what: string,
		readonly remedy: string,
	) {
		super(`${what} ${remedy}`);
		this.name = 'SandboxProblem';
	}
}

/** Any thrown value as one line of text. */
export function describeProblem(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
