// SPDX-License-Identifier: Apache-2.0
import { lab, type Belief, type LabToken } from '@lockstep/api';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { bytesOfHex, hotp } from './otp';
import { advance, type Happening, type Kind } from './story';
import { keep, kept } from './virtual';

const LOOK_AGAIN_MS = 2000;
const JUMP_SECONDS = 60;

export const beliefKey = (serial: string) => ['belief', serial] as const;

export interface Seen {
  belief: Belief;
  /** Milliseconds that the server's clock is ahead of this one. */
  ahead: number;
}

/** What the server believes of a token, looked up every two seconds. */
export function useBelief(serial: string): Seen | undefined {
  const query = useQuery({
    queryKey: beliefKey(serial),
    queryFn: async (): Promise<Seen> => {
      const belief = await lab.belief(serial);
      return { belief, ahead: Date.parse(belief.server_time) - Date.now() };
    },
    refetchInterval: LOOK_AGAIN_MS,
  });
  return query.data;
}

/** The codes of `token` at `positions`, as far as they are computed already. */
export function useCodes(token: LabToken, positions: readonly number[]): (position: number) => string {
  const [codes, setCodes] = useState<ReadonlyMap<number, string>>(new Map());
  const seed = useMemo(() => bytesOfHex(token.seed), [token.seed]);
  const wanted = positions.join();
  useEffect(() => {
    let stale = false;
    const compute = async () => {
      const found = await Promise.all(wanted.split(',').map(async (text) => [Number(text), await hotp(token, seed, Number(text))] as const));
      if (!stale) setCodes(new Map(found));
    };
    if (wanted !== '') void compute();
    return () => {
      stale = true;
    };
  }, [token, seed, wanted]);
  return useCallback((position: number) => codes.get(position) ?? '', [codes]);
}

/** A token's state, kept in the browser. */
export function useKept<T extends object>(key: string, first: T): [T, (next: T) => void] {
  const [state, setState] = useState(() => kept(key, first));
  const set = useCallback((next: T) => {
    keep(key, next);
    setState(next);
  }, [key]);
  return [state, set];
}

/** Where the story of a token is, and how it is told on. */
export function useStory(kind: Kind, inStep: boolean, offset: number | undefined): [number, (event: Happening) => void] {
  const [at, setAt] = useState(0);
  const before = useRef(offset);
  const tell = useCallback((event: Happening) => setAt((now) => advance(kind, now, event)), [kind]);
  useEffect(() => {
    // The story follows what the token does, and a step may be true already when it comes up.
    // oxlint-disable-next-line react/set-state-in-effect
    tell({ type: 'stands', inStep });
  }, [tell, inStep, at]);
  useEffect(() => {
    if (before.current !== undefined && offset !== undefined && Math.abs(offset - before.current) > JUMP_SECONDS) tell({ type: 'followed' });
    before.current = offset;
  }, [tell, offset]);
  return [at, tell];
}
