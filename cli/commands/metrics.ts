import { gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import { metricsText } from '../../core/desk/metrics';
import { writeText } from '../files';
import { type LedgerOptions, namingLedger, overLedger, readLedger } from '../ledger';
import type { AddCommand, Terminal } from '../command';

interface Options extends LedgerOptions {
	readonly output?: string;
}

/** `metrics`: exit code 0 written, 2 unusable input. */
export const metricsCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('metrics'))
		.description('Write the figures of the desk once, as text for Prometheus; changes nothing')
		.option('-o, --output <file>', "where the text goes, e.g. for node_exporter's textfile collector")
		.action(async (options: Options) => exit(await metrics(options, terminal)));
};

async function metrics(options: Options, terminal: Terminal): Promise<number> {
	const open = async (): Promise<Ledger> => await readLedger(options);
	return await overLedger(terminal, open, async (ledger) => {
		const text = metricsText(await gatherDesk({ ledger, now: Date.now, workflows: null }));
		if (options.output === undefined) terminal.out(text);
		else await writeText(options.output, text);
		return 0;
	});
}
