import { createHubSpotDirectory } from '../../adapters/hubspot';
import { openPostgresLedger } from '../../adapters/postgres';
import { sandboxToken } from '../../testbed/standins/hubspot/tokens';

const { RG_HUBSPOT: baseUrl = '', RG_LEDGER: connection = '', RG_UNTIL = '0' } = process.env;

/** Calls HubSpot as fast as its limits allow: three readers and two searchers at once. */
async function main(): Promise<void> {
	const ledger = connection === '' ? null : await openPostgresLedger({ connection });
	const directory = createHubSpotDirectory({
		accessToken: sandboxToken,
		baseUrl,
		budget: ledger?.calls ?? null,
		attempts: 20,
	});
	const goesOn = (): boolean => Date.now() < Number(RG_UNTIL);
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
