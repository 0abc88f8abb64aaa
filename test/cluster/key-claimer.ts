/** One process of the race for keys: each post is claimed, done (a line in a file) and completed; prints what it saw. */
import { appendFileSync } from 'node:fs';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';

interface Orders {
	readonly store: 'sqlite' | 'postgres';
	readonly where: string;
	/** Keys in the order in which they are posted; the same key many times over. */
	readonly posts: readonly string[];
	/** Where the side effect shows. */
	readonly effects: string;
	readonly name: string;
}

async function race({ store, where, posts, effects, name }: Orders): Promise<void> {
	const clock = Date.now;
	const ledger =
		store === 'sqlite'
			? await openSqliteLedger({ file: where, clock })
			: await openPostgresLedger({ connection: where, clock, connections: 8 });
	const terms = {
		scope: 'events',
		leaseMs: 60_000,
		rememberMs: 86_400_000,
		whenUnknown: 'hold',
		owner: name,
	} as const;
	const seen: string[] = [];
	await Promise.all(
		posts.map(async (key) => {
			const [claim] = await ledger.keys.claim(terms, [{ key, digest: 'same' }]);
			seen.push(claim?.status ?? 'none');
			if (claim?.status !== 'first') return;
			appendFileSync(effects, `${key}\n`);
			const done = { scope: 'events', key, token: claim.token, result: JSON.stringify(name) };
			await ledger.keys.complete([done], name);
		}),
	);
	await ledger.close();
	process.stdout.write(JSON.stringify(seen));
}

void race(JSON.parse(process.argv[2] ?? '{}') as Orders);
