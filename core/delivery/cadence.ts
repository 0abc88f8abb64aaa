export { parseCadence, type Cadence, type ParsedCadence } from './cadence/parse';
export {
	minimumGapMs,
	nextSlot,
	slotAt,
	slotToRehearse,
	slotById,
	slotByIndex,
	slotsBetween,
	type Slot,
} from './cadence/slots';
