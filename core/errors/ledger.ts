import type { CatalogueEntry } from './error';

/** Errors of the room `ledger`. */
export const ledgerErrors = {
	'ledger-key-unusable': {
		message: 'A delivery of spine {spine} in slot {slot} cannot be a key: {problem}.',
		remedy:
			'Mend the value where it comes from, e.g. the id of the contact; nothing of this batch was stored.',
	},
	'ledger-spine-unknown': {
		message: "The ledger knows no spine named '{spine}'.",
		remedy:
			'Check the spelling, or store its settings first with the node Release: resource Spine, operation Configure. Spines live in the ledger that the credential of the node names.',
	},
	'ledger-input-missing': {
		message: 'The frozen input of delivery {recipient} of spine {spine} in slot {slot} is gone.',
		remedy:
			'Somebody removed it from the database by hand. Restore the ledger from a backup, or let the slot pass: the delivery will be recorded as missed.',
	},
	'ledger-input-changed': {
		message:
			'The frozen input of delivery {recipient} of spine {spine} in slot {slot} is not the one it was registered with.',
		remedy:
			'Somebody changed it in the database by hand. Verify the ledger, restore it from a backup, or let the slot pass: the delivery will be recorded as missed.',
	},
	'ledger-clock-ahead': {
		message:
			'Spine {spine} was last looked at for {seen}, and the clock says {now}: more than two years have passed, or the clock is wrong.',
		remedy:
			'Set the clock right (of this machine, or of the Postgres server) and run again: nothing was changed. If the clock is right, say so with Release, Spine, Mend Clock.',
	},
	'ledger-clock-behind': {
		message:
			'Spine {spine} has looked at slots until {seen}, and the clock says {now}: the clock is wrong now, or it was ahead once.',
		remedy:
			'Set the clock right (of this machine, or of the Postgres server) and run again: nothing was changed. If the clock is right now, say so with Release, Spine, Mend Clock: recipients who were served under the wrong one go on with the next slot.',
	},
	'ledger-clock-by-agent': {
		message: 'An AI agent does not say that a clock is right.',
		remedy:
			'Let a person look at the clock and start the workflow; take this operation out of the agent’s tools.',
	},
	'ledger-input-locked': {
		message: 'A frozen input is encrypted with key {keyId}, and the credential holds {held}.',
		remedy:
			'Put the key it was encrypted with into the Release Ledger credential: as Encryption Key, or among Former Encryption Keys beside a new one.',
	},
	'ledger-input-damaged': {
		message: 'A frozen input cannot be decrypted: it or its key id {keyId} was changed.',
		remedy:
			'Restore the ledger from a backup, or let the slot pass: the delivery will be recorded as missed.',
	},
	'ledger-input-unsealed': {
		message:
			'The frozen input of delivery {recipient} of spine {spine} in slot {slot} is not encrypted, and this ledger keeps none in the clear.',
		remedy:
			'Somebody wrote it into the database by hand. Verify the ledger, restore it from a backup, or let the slot pass: the delivery will be recorded as missed.',
	},
	'ledger-result-unsealed': {
		message:
			'The result of a key of scope {scope} is not encrypted, and this ledger keeps none in the clear.',
		remedy:
			'Somebody wrote it into the database by hand. Verify the ledger and restore it from a backup, or complete the key anew.',
	},
	'ledger-key-only-former': {
		message: 'The Release Ledger credential has former encryption keys and no current one.',
		remedy:
			'Put the key that new inputs shall be encrypted with into Encryption Key. To encrypt nothing any longer is not possible while former keys are in use.',
	},
	'ledger-reseal-no-key': {
		message: 'The Release Ledger credential has no encryption key, so there is nothing to seal with.',
		remedy:
			'Put a key into Encryption Key of the credential (e.g. from: openssl rand -base64 32), then seal again.',
	},
	'ledger-key-malformed': {
		message: 'An encryption key of the Release Ledger credential is too short.',
		remedy:
			'Use 32 bytes in base64 or hex (e.g. from: openssl rand -base64 32), or a passphrase of at least 12 characters.',
	},
	'ledger-erase-unknown': {
		message: 'The ledger has nothing of this recipient.',
		remedy:
			'Check the id: it is the one deliveries are listed under, e.g. the id of the HubSpot contact. A recipient who was erased before is not remembered once the minimum gap is over.',
	},
	'ledger-erase-in-flight': {
		message:
			'The recipient cannot be erased now: a delivery of spine {spine} in slot {slot} is claimed or being sent until {until}.',
		remedy:
			'Erase again after that time, or pause the spine first, so that nothing new is claimed. Nothing was changed.',
	},
	'ledger-erase-in-doubt': {
		message:
			'The recipient cannot be erased now: nobody knows whether the delivery of spine {spine} in slot {slot} was sent.',
		remedy:
			'Settle it first (Delivery Commit, Settle In Doubt), since nobody can be asked about it once the recipient is erased; then erase again. Nothing was changed.',
	},
	'ledger-erase-tester': {
		message: 'The recipient is a test recipient of spine {spine}.',
		remedy:
			'Take the id out of Test Recipients (Release, Configure Spine), then erase again. Nothing was changed.',
	},
	'ledger-erase-key-open': {
		message: 'A key of scope {scope} that names the recipient is {state}.',
		remedy:
			'Complete the key or give it back (Delivery Commit, Complete Key or Give Key Back), then erase again. Nothing was changed.',
	},
	'ledger-accept-by-agent': {
		message: 'An AI agent accepts no record that disagrees with the chain.',
		remedy:
			'Let a person do it from a form that asks who is signed in; take this operation out of the agent’s tools.',
	},
	'ledger-accept-unsigned-in': {
		message: 'Nobody is signed in who could accept records that disagree with the chain.',
		remedy:
			'Start the workflow by a form whose Authentication is n8n User Auth, and lead its items to this node: whoever is signed in accepts.',
	},
	'ledger-accept-no-reason': {
		message: 'Records that disagree with the chain are accepted only with a reason.',
		remedy:
			'Write into Reason what was looked at, and why it may stand: it is kept with the ledger for good.',
	},
	'ledger-accept-chain': {
		message: 'The chain of events itself does not hold: {explanation}',
		remedy:
			'Accepting takes records as they stand; it cannot mend events. Restore the database from a backup, or begin a new ledger and keep this one to look things up.',
	},
	'ledger-accept-input': {
		message: 'It cannot be accepted: {explanation}',
		remedy:
			'Nobody can say any longer what was to be sent there. Erase this recipient, or restore the frozen input from a backup, then verify again. Records that could be accepted were.',
	},
	'ledger-erase-by-agent': {
		message: 'An AI agent erases nobody.',
		remedy:
			'Let a workflow that a person starts erase the recipient; take this operation out of the agent’s tools.',
	},
	'ledger-erase-unsigned': {
		message: 'Events that name the recipient are signed, and the credential has no signing key.',
		remedy: 'Put the signing key of this ledger into the Release Ledger credential, then erase again.',
	},
	'ledger-queue-mode': {
		message:
			'The SQLite ledger does not run in queue mode: workers on other machines would each keep a ledger of their own, and the same delivery could be sent twice.',
		remedy: 'Create a Release Ledger credential that points at Postgres and select it in the nodes.',
	},
	'ledger-node-too-old': {
		message: 'The SQLite ledger needs Node 22.16 or newer; n8n runs on Node {version}.',
		remedy:
			'Run n8n on Node 22.16 or newer, or create a Release Ledger credential that points at Postgres and select it in the nodes.',
	},
	'ledger-schema-too-long': {
		message:
			"The schema name '{schema}' has {bytes} bytes; Postgres keeps the first {most}, and two ledgers could become one.",
		remedy: 'Give the Release Ledger credential a shorter schema name.',
	},
	'ledger-newer': {
		message:
			'The ledger was written by a newer version of this package (schema {found}, this version knows {known}).',
		remedy:
			'Install the newer version of n8n-nodes-release-gate again, or point the credential at another ledger.',
	},
	'ledger-older': {
		message:
			'{file} was not opened by this version of the package yet (schema {found}, this version has {known}), and reading alone changes nothing.',
		remedy:
			'Run any node of the package in n8n once, with this version installed; or read it with the version that made it.',
	},
	'backup-exists': {
		message: 'There is a file at {file} already, and a backup writes over none.',
		remedy: 'Name a file that is not there yet, e.g. with the date in its name.',
	},
	'backup-unwritable': {
		message: 'The backup cannot be written to {file}: {cause}',
		remedy:
			'Name a file in a folder that is there and that you may write to, with room for the whole ledger. The ledger itself is as it was.',
	},
	'backup-postgres': {
		message: 'A ledger in Postgres is backed up by Postgres itself.',
		remedy:
			'Run pg_dump --schema={schema} --format=custom --file=release-gate.dump with the address of the database: it copies one moment while everything goes on. Or use continuous archiving.',
	},
	'ledger-file-missing': {
		message: 'There is no ledger at {file}.',
		remedy:
			'Name the file or the database that the Release Ledger credential names; without a credential it is .n8n/release-gate.sqlite in the user folder of n8n.',
	},
	'ledger-migration-changed': {
		message: 'Migration {migration} of the ledger differs from the one that was applied.',
		remedy:
			'The ledger was made by a changed build of this package. Install the released version, or restore the ledger from a backup.',
	},
	'ledger-corrupt': {
		message: 'The ledger file {file} is damaged or is not a ledger.',
		remedy:
			'Stop n8n, keep a copy of the file and of its -wal and -shm files, and restore the last backup. Do not delete the file: without it deliveries could be sent twice.',
	},
	'ledger-no-rights': {
		message: 'The ledger {file} cannot be opened or written: n8n has no rights to it.',
		remedy:
			'Let the user that runs n8n own the file and its folder, and see that the volume is not read-only.',
	},
	'ledger-full': {
		message: 'The disk that holds the ledger is full. Nothing of this batch was stored.',
		remedy: 'Free space or enlarge the volume, then run again: it is safe to repeat the call.',
	},
	'ledger-busy': {
		message: 'The ledger was busy for more than {seconds} seconds.',
		remedy:
			'Run again: it is safe to repeat the call. If it stays so, use Postgres: SQLite serves one n8n process.',
	},
	'ledger-unreachable': {
		message: 'The ledger database could not be reached or closed the connection ({cause}).',
		remedy:
			'Check that Postgres runs and that the credential is right, then run again: it is safe to repeat the call.',
	},
	'ledger-refused': {
		message: 'The ledger database refused the login or a right ({cause}).',
		remedy:
			'Check user, password and database of the Release Ledger credential. The user must own the schema; where the schema is missing, the user must be allowed to create it.',
	},
	'ledger-contended': {
		message:
			'The ledger database asked {attempts} times to repeat the transaction and it still could not finish.',
		remedy: 'Run again: it is safe to repeat the call. Look for long transactions on the ledger tables.',
	},
	'ledger-failed': {
		message: 'The ledger database reported an error ({cause}).',
		remedy: 'Nothing of this batch was stored. Look at the database log; it is safe to repeat the call.',
	},
	'ledger-record-twice': {
		message: 'One batch would write the same record twice. Nothing of this batch was stored.',
		remedy: 'Write the record once, with everything that changes.',
	},
	'ledger-record-unreadable': {
		message: 'The {kind} {id} in the ledger cannot be read; {count problem}: {problems}',
		remedy:
			'Another version of this package wrote it, or somebody changed it by hand: verify the chain of events (Release, Show Spine), and install the version that wrote it or restore the ledger from a backup.',
	},
	'ledger-record-too-large': {
		message:
			'The {kind} {id} holds {size} characters; {limit} are allowed. Nothing of this batch was stored.',
		remedy: 'Name large things by their hash and keep their content elsewhere.',
	},
	'ledger-blob-mismatch': {
		message: 'Bytes were offered under the hash {hash}, which is not theirs. Nothing of them was stored.',
		remedy: 'Store bytes under their own SHA-256 in lower-case hex.',
	},
	'ledger-blob-damaged': {
		message: 'The stored bytes of {hash} were changed in the database.',
		remedy: 'Restore the ledger from a backup; what refers to these bytes cannot be restored without it.',
	},
	'ledger-chain-blocked': {
		message:
			'The events cannot be sealed: position {position}, the next of the chain, is taken by an event that was never sealed there.',
		remedy:
			'Somebody wrote into the ledger database by hand. Verify the chain (Release node, Ledger > Verify Events), find out who it was, and restore the ledger from a backup.',
	},
	'ledger-state-unreadable': {
		message: 'what it tells of the state of the ledger cannot be read.',
		remedy:
			'Somebody wrote into the ledger database by hand. Find out who it was, and restore the ledger from a backup.',
	},
	'ledger-state-forged': {
		message: 'what it tells of the state of the ledger was not signed with the signing key {keyId}.',
		remedy:
			'Put the signing key into the Release Ledger credential that the ledger was written with. If it is there, somebody wrote into the ledger database by hand: restore the ledger from a backup.',
	},
	'ledger-state-repeated': {
		message: 'what it tells of the state of the ledger is signed like an earlier event: it was copied.',
		remedy:
			'Somebody wrote into the ledger database by hand. Find out who it was, and restore the ledger from a backup.',
	},
	'ledger-head-unreadable': {
		message: 'The head of the chain that was kept elsewhere cannot be read ({count problem}): {problems}.',
		remedy: 'Give the head as Sign Head or a report told it: an object of position, hash, at and signature.',
	},
	'ledger-head-forged': {
		message: 'The head of the chain that was kept elsewhere is not signed with key {keyId}.',
		remedy:
			'Put the signing key into the Release Ledger credential that the head was signed with; if it is there, the head was made up or changed.',
	},
	'ledger-signing-key-malformed': {
		message: 'The signing key of the Release Ledger credential cannot be used.',
		remedy:
			'Use an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519), or 32 bytes in base64 or hex (openssl rand -base64 32), or a passphrase of at least 12 characters.',
	},
	'ledger-state-unsigned': {
		message: 'what it tells of the state of the ledger is not signed, and an earlier event is.',
		remedy:
			'Give every credential of this ledger the same signing key. If they all have it, somebody wrote into the ledger database by hand: restore the ledger from a backup.',
	},
	'ledger-moved': {
		message:
			'The ledger file {file} is no longer the one that was opened: it was moved, removed or replaced.',
		remedy:
			'Put the file back with its -wal and -shm files, or restart every n8n that uses it; until then nothing is granted, since another process may have a file of its own. Stop n8n before you move or restore a ledger.',
	},
	'ledger-closed': {
		message: 'The ledger was used after it was closed.',
		remedy: 'Open it again.',
	},
} as const satisfies Record<string, CatalogueEntry>;
