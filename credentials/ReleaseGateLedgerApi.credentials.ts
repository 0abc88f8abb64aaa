import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

const postgres = { store: ['postgres'] };
const byFields = { store: ['postgres'], connection: ['fields'] };

/** Where the ledger lives. Nodes without this credential use a SQLite file in n8n's user folder. */
export class ReleaseGateLedgerApi implements ICredentialType {
	name = 'releaseGateLedgerApi';

	displayName = 'Release Gate Ledger API';

	icon: Icon = { light: 'file:../assets/icons/ledger.svg', dark: 'file:../assets/icons/ledger.dark.svg' };

	documentationUrl =
		'https://github.com/release-gate/n8n-nodes-release-gate/blob/main/docs/reference/nodes/idempotency-check.md#the-ledger';

	properties: INodeProperties[] = [
		{
			displayName: 'Store',
			name: 'store',
			type: 'options',
			options: [
				{ name: 'PostgreSQL', value: 'postgres', description: 'For queue mode and several mains' },
				{ name: 'SQLite File', value: 'sqlite', description: 'For one n8n process; refused in queue mode' },
			],
			default: 'postgres',
		},
		{
			displayName: 'File',
			name: 'file',
			type: 'string',
			default: '',
			placeholder: 'e.g. /home/node/.n8n/release-gate.sqlite',
			description: 'Path of the ledger file; empty for release-gate.sqlite in the user folder of n8n',
			displayOptions: { show: { store: ['sqlite'] } },
		},
		{
			displayName: 'Connect With',
			name: 'connection',
			type: 'options',
			options: [
				{ name: 'Fields', value: 'fields' },
				{ name: 'Connection String', value: 'url' },
			],
			default: 'fields',
			displayOptions: { show: postgres },
		},
		{
			displayName: 'Connection String',
			name: 'connectionSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. postgres://user:password@host:5432/database',
			displayOptions: { show: { store: ['postgres'], connection: ['url'] } },
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			displayOptions: { show: byFields },
		},
		{ displayName: 'Port', name: 'port', type: 'number', default: 5432, displayOptions: { show: byFields } },
		{
			displayName: 'Database',
			name: 'database',
			type: 'string',
			default: 'postgres',
			displayOptions: { show: byFields },
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: 'postgres',
			displayOptions: { show: byFields },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: byFields },
		},
		{
			displayName: 'SSL',
			name: 'ssl',
			type: 'options',
			options: [
				{ name: 'Off', value: 'off' },
				{ name: 'Require', value: 'require', description: 'Encrypts; accepts any certificate' },
				{ name: 'Verify', value: 'verify', description: 'Encrypts; the certificate must be trusted' },
			],
			default: 'off',
			displayOptions: { show: postgres },
		},
		{
			displayName: 'Schema',
			name: 'schema',
			type: 'string',
			default: 'release_gate',
			description: 'Schema of the ledger; created if it is not there and the user may create it',
			displayOptions: { show: postgres },
		},
		{
			displayName: 'Encryption Key',
			name: 'encryptionSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Encrypts the frozen inputs of deliveries (AES-256-GCM), which hold personal data. Keep it: what was stored under a lost key cannot be read again. Empty stores them in the clear.',
		},
		{
			displayName: 'Store Recipients As',
			name: 'recipients',
			type: 'options',
			options: [
				{
					name: 'Keyed Hashes',
					value: 'hashes',
					description:
						'Whoever reads the database learns nobody’s ID; needs the Encryption Key, and a ledger that is new',
				},
				{ name: 'Names', value: 'names', description: 'IDs as they are' },
			],
			default: 'names',
			description:
				'How the IDs of recipients stand in the tables and events of the ledger. Nodes, the desk and events show their names either way. Every credential of one ledger needs the same.',
		},
		{
			displayName: 'Former Encryption Keys',
			name: 'formerEncryptionSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Keys that were the Encryption Key before, separated by commas: what they encrypted stays readable. Run Release: Seal Again, then take them out once no snapshot from before is kept.',
		},
		{
			displayName: 'Signing Key',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Signs what is written into the chain of events and the heads of the chain that reports carry: an Ed25519 private key in PEM, or 32 bytes in base64 or hex, or a passphrase. Every credential of one ledger needs the same. Empty leaves the chain unsigned.',
		},
	];
}
