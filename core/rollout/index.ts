export { bucketOf, exactShare, hashOf } from './bucket';
export {
	evaluateFlag,
	flagSchema,
	parseFlag,
	type Flag,
	type FlagDecision,
	type FlagReason,
	type FlagSubject,
} from './flag';
