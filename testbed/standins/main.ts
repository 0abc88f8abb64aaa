import { sandboxGeneratorKey, sandboxServerToken, sandboxToken, startStandIns } from '.';

const numberOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

/** Runs the stand-ins alone, until the process is ended. Ports and contacts come from the environment. */
async function main(): Promise<void> {
	const standIns = await startStandIns({
		host: process.env['STANDINS_HOST'] ?? '127.0.0.1',
		hubspotPort: numberOf('STANDINS_HUBSPOT_PORT', 0),
		postmarkPort: numberOf('STANDINS_POSTMARK_PORT', 0),
		generatorPort: numberOf('STANDINS_GENERATOR_PORT', 0),
		contacts: numberOf('STANDINS_CONTACTS', 1000),
		seed: numberOf('STANDINS_SEED', 1),
		hubspotLimits: 'real',
	});
	const { hubspot, postmark, generator, story } = standIns;
	console.log(
		JSON.stringify({
			hubspot: { url: hubspot.url, token: sandboxToken },
			postmark: { url: postmark.url, token: sandboxServerToken },
			generator: { url: generator.url, key: sandboxGeneratorKey },
			eligible: story?.eligible.length ?? 0,
			held: story?.held.length ?? 0,
			notServed: story?.notServed.length ?? 0,
		}),
	);
	const end = (): void => void standIns.close().then(() => process.exit(0));
	process.on('SIGTERM', end);
	process.on('SIGINT', end);
}

void main();
