import { pick, seeded } from '../../testbed/standins/shared/random';
import { killPoints, type KillPoint } from './points';

/** `regular`: one n8n on SQLite. `queue`: a main and two workers on Postgres and Redis. */
export type CrashMode = 'regular' | 'queue';

/** What is struck, and how. `stop` is SIGTERM; `docker-stop` adds SIGKILL after the ten seconds Docker waits. */
export type Blow =
	| 'kill'
	| 'stop'
	| 'docker-stop'
	| 'kill worker'
	| 'kill main'
	| 'kill main and worker'
	| 'kill Redis'
	| 'kill Postgres';

/** One kill, wholly determined by mode, seed and number. */
export interface Kill {
	readonly number: number;
	readonly where: KillPoint;
	readonly blow: Blow;
	/** Milliseconds into a node's work, for points `within` one. */
	readonly intoMs: number;
	/** Whether somebody presses Retry on the crashed execution afterwards. */
	readonly retried: boolean;
}

/** Chances in per cent. */
const blows: Readonly<Record<CrashMode, readonly (readonly [Blow, number])[]>> = {
	regular: [
		['kill', 84],
		['stop', 10],
		['docker-stop', 6],
	],
	queue: [
		['kill worker', 52],
		['kill main', 12],
		['kill main and worker', 12],
		['kill Redis', 12],
		['kill Postgres', 12],
	],
};

/** Most milliseconds a kill comes after a node began: longer than any of the nodes takes with five items. */
const longestIntoMs = 60;

const share = 0.25;

function chosen<Item>(chances: readonly (readonly [Item, number])[], at: number): Item | undefined {
	let sum = 0;
	return chances.find(([, chance]) => (sum += chance) > at * 100)?.[0];
}

/** The points in an order of the seed's own, so that any number of kills spreads over all steps. */
function order(seed: number): readonly KillPoint[] {
	const random = seeded(seed);
	return killPoints
		.map((point) => ({ point, at: random() }))
		.sort((left, right) => left.at - right.at)
		.map(({ point }) => point);
}

/** Kill number `number` (from 0) of a seed. */
export function killOf(mode: CrashMode, seed: number, number: number): Kill {
	const points = order(seed);
	const random = seeded(seed * 1_000_003 + number + (mode === 'queue' ? 500_009 : 0));
	const where = points[number % points.length] ?? pick(random, points);
	const blow = chosen(blows[mode], random()) ?? 'kill';
	const intoMs = Math.floor(random() * longestIntoMs);
	const retried = mode === 'regular' && blow === 'kill' && random() < share;
	return {
		number,
		where,
		// A node that is not held back cannot be met by a slow blow.
		blow: where.point.at === 'within' && (blow === 'stop' || blow === 'docker-stop') ? 'kill' : blow,
		intoMs,
		retried,
	};
}
