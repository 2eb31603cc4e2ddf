/** Who carries out what another router is asked for, where the mesh around the pods hears that one alone. */
import type { Container, TrafficRouter } from '../model/router.ts';
import { routers } from './index.ts';

/** The routers, and with them those who may have to stand in for them beside these containers. */
export function withStandIns(asked: readonly TrafficRouter[], containers: readonly Container[]): readonly TrafficRouter[] {
  const names = new Set(containers.map(({ name }) => name));
  const standIns = asked.flatMap(({ standIn }) => routers[standIn?.router ?? ''] ?? []);
  return [...new Set([...asked, ...standIns.filter(({ sidecars = [] }) => sidecars.some(sidecar => names.has(sidecar)))])];
}
