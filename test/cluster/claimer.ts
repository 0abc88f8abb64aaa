/** One process of the race: claims every key in shuffled batches and prints what it was granted. */
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { refOf, slotOpens } from '../../testbed/databases/ledgers';

interface Orders {
	readonly store: 'sqlite' | 'postgres';
	readonly where: string;
	readonly keys: number;
	readonly batch: number;
	readonly name: string;
}

async function race(orders: Orders): Promise<void> {
	const clock = (): number => slotOpens + 1000;
	const ledger =
		orders.store === 'sqlite'
			? await openSqliteLedger({ file: orders.where, clock })
			: await openPostgresLedger({ connection: orders.where, clock, connections: 1 });
	const left = Array.from({ length: orders.keys }, (_, index) => index);
	left.sort(() => Math.random() - 0.5);
	const granted: string[] = [];
	const errors: string[] = [];
	while (left.length > 0) {
		const refs = left.splice(0, orders.batch).map((index) => ({ ref: refOf('race', `r${index}`) }));
		try {
			const results = await ledger.deliveries.claim(refs, orders.name);
			const tokens = refs.flatMap(({ ref }, index) => {
				const result = results[index];
				return result?.status === 'granted' ? [{ ref, token: result.token }] : [];
			});
			const confirmed = await ledger.deliveries.confirm(tokens);
			tokens.forEach(({ ref }, index) => {
				if (confirmed[index]?.status === 'send') granted.push(ref.recipient);
			});
		} catch (error) {
			errors.push((error as { code?: string }).code ?? String(error));
		}
	}
	await ledger.close();
	process.stdout.write(JSON.stringify({ granted, errors }));
}

void race(JSON.parse(process.argv[2] ?? '{}') as Orders);
