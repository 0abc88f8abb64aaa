import { createHubSpotDirectory } from '../../adapters/hubspot';
import { openPostgresLedger } from '../../adapters/postgres';
import { sandboxToken } from '../standins/hubspot/tokens';

const { RG_HUBSPOT: baseUrl = '', RG_LEDGER: connection = '' } = process.env;

/** Says that it is ready, then calls HubSpot as fast as its limits allow until it is told: three readers and two searchers at once. */
async function main(): Promise<void> {
	const ledger = connection === '' ? null : await openPostgresLedger({ connection });
	const directory = createHubSpotDirectory({
		accessToken: sandboxToken,
		baseUrl,
		budget: ledger?.calls ?? null,
		attempts: 20,
	});
	const until = await new Promise<number>((resolve) => {
		process.once('message', (moment) => resolve(Number(moment)));
		process.send?.('ready');
	});
	const goesOn = (): boolean => Date.now() < until;
	const reader = async (): Promise<void> => {
		while (goesOn()) await directory.read(['1'], ['email']);
	};
	const searcher = async (): Promise<void> => {
		while (goesOn()) for await (const _page of directory.eligibleIds({ anyOf: [] })) continue;
	};
	await Promise.all([reader(), reader(), reader(), searcher(), searcher()]);
	await ledger?.close();
	process.exit(0);
}

void main();
