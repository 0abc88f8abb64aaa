import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { contracts } from '../testbed/contracts';
import { compareContract, type Description } from '../testbed/contracts/described';
import { asOpenApi } from '../testbed/contracts/service-model';

/**
 * `npm run contracts -- --from DIR`: holds our contracts against official descriptions (OpenAPI 3, Swagger 2, AWS's
 * service models; JSON or YAML) that lie in DIR/<vendor>/, and says what moved. `--from URL=VENDOR` reads one from an
 * address. Ends with 1 where something moved, with 2 where nothing could be compared. Descriptions are read, never kept:
 * several are not licensed for that.
 */
const given = process.argv.slice(2);
const sources = given.flatMap((word, at) => (word === '--from' ? (given[at + 1] ?? []) : []));

const read = (name: string, text: string): Description => ({
	name,
	document: asOpenApi(
		(name.endsWith('.json')
			? JSON.parse(text)
			: parse(text, { maxAliasCount: -1 })) as Description['document'],
	),
});

const inFolder = (folder: string): readonly Description[] =>
	existsSync(folder) && statSync(folder).isDirectory()
		? readdirSync(folder)
				.filter((file) => /\.(json|ya?ml)$/.test(file))
				.map((file) => read(file, readFileSync(join(folder, file), 'utf8')))
		: [];

async function descriptionsOf(vendor: string): Promise<readonly Description[]> {
	const found: Description[] = [];
	for (const source of sources) {
		const [address = '', of] = source.split('=');
		if (!/^https?:\/\//.test(address)) found.push(...inFolder(join(address, vendor)));
		else if (of === vendor) {
			const answer = await fetch(address);
			if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
			found.push(read(new URL(address).pathname, await answer.text()));
		}
	}
	return found;
}

async function main(): Promise<number> {
	let [compared, moved] = [0, 0];
	for (const [folder, contract] of contracts) {
		const descriptions = await descriptionsOf(folder);
		const pages = contract.sources.map(({ url, read: day }) => `${url} (${day ?? 'not read'})`).join(', ');
		if (descriptions.length === 0) {
			console.log(`${contract.vendor}: no description in ${folder}/; the contract was read at ${pages}`);
			continue;
		}
		const { found, missing, differences } = compareContract(contract, descriptions);
		compared += found.length;
		moved += differences.length;
		console.log(
			`${contract.vendor}: ${found.length} of ${contract.exchanges.length} kinds of call described, ${differences.length} differences`,
		);
		for (const name of missing) console.log(`  not described: ${name}`);
		for (const { exchange, where, what } of differences) console.log(`  ${exchange}, ${where}: ${what}`);
	}
	console.log(`${compared} kinds of call compared, ${moved} differences.`);
	if (compared === 0) {
		console.error('Nothing was compared. Put official descriptions into DIR/<vendor>/ and give --from DIR.');
		return 2;
	}
	return moved > 0 ? 1 : 0;
}

void main().then((code) => {
	process.exitCode = code;
});
