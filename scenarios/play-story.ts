import { describeProblem } from '../testbed/problem';

/** Plays a story as a program: ends with 1 when it broke a promise or could not be told, and stops when asked to. */
export function playStory(story: () => Promise<boolean>): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
	story().then(
		(kept) => process.exit(kept ? 0 : 1),
		(problem: unknown) => {
			console.error(describeProblem(problem));
			process.exit(1);
		},
	);
}
