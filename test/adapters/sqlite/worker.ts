/** A process beside others on one ledger file: `open` opens it at the word of its parent, `work` delivers until killed. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { registrationOf, slotOpens } from '../../../testbed/databases/ledgers';

interface Orders {
	readonly do: 'open' | 'work';
	readonly file: string;
	readonly name: string;
	/** Batches to deliver; endless if absent. */
	readonly batches?: number;
}

const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function run({ do: what, file, name, batches = Infinity }: Orders): Promise<void> {
	const clock = (): number => slotOpens + 1000;
	if (what === 'open') {
		say({ ready: name });
		await once(createInterface({ input: process.stdin }), 'line');
		process.stdin.pause();
	}
	const ledger = await openSqliteLedger({ file, clock });
	if (what === 'open') say({ spines: (await ledger.spines.list()).length });
	for (let batch = 0; what === 'work' && batch < batches; batch += 1) {
		const registrations = Array.from({ length: 20 }, (_, index) =>
			registrationOf('files', `${name}-${batch}-${index}`),
		);
		await ledger.deliveries.register(registrations);
		const refs = registrations.map(({ ref }) => ({ ref }));
		const claims = await ledger.deliveries.claim(refs, name);
		const tokens = claims.map((claim, index) => {
			const ref = refs[index]?.ref;
			if (ref === undefined || claim.status !== 'granted') throw new Error('not granted');
			return { ref, token: claim.token };
		});
		await ledger.deliveries.confirm(tokens);
		const commits = await ledger.deliveries.commit(
			tokens.map((token) => ({
				...token,
				provider: 'p',
				providerMessageId: `m-${token.ref.recipient}`,
			})),
		);
		await ledger.events.seal();
		say({ committed: commits.filter(({ status }) => status === 'committed').length });
	}
	await ledger.close();
}

run(JSON.parse(process.argv[2] ?? '{}') as Orders).catch((error: unknown) => {
	say({ error: (error as { code?: string }).code ?? String(error) });
	process.exit(1);
});
