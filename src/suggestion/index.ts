export { closest } from './closest.ts';
export { listing } from './listing.ts';
