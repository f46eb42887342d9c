// SPDX-License-Identifier: Apache-2.0
import { api } from '@lockstep/api/console';
import { useQuery } from '@tanstack/react-query';
import { offered } from './offered';
import { useMay } from './session';

const FRESH_MS = 30_000;

/** How the service does now; null where the server has no such report: then the section is not there either. */
export function useSnapshot() {
  const may = useMay();
  return useQuery({ queryKey: ['snapshot'], queryFn: () => offered('snapshot', api.reports.snapshot), enabled: may('reports.read'), staleTime: FRESH_MS });
}

export function useHasSnapshot(): boolean {
  const { data } = useSnapshot();
  return data !== undefined && data !== null;
}
