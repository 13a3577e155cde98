// The local APIC's registers and what its command register sends (Intel SDM 3A, 10.6.1).
import test from 'ava';
import { apicIdOf, icrHighOf, Lapic, LAPIC } from '../../../src/cpus/emulated/lapic.ts';
import type { Ipi } from '../../../src/cpus/emulated/lapic.ts';

function lapic(apicId: number, wide = false) {
  const sent: Ipi[] = [];
  const device = new Lapic(apicId, wide, (ipi) => sent.push(ipi));
  const send = (high: number, low: number): Ipi | undefined => {
    device.write(LAPIC.icrHigh, high);
    device.write(LAPIC.icr, low);
    return sent.pop();
  };
  return { device, send, sent };
}

test('the ID stands in the top byte, or is the whole register in the wide form', (t) => {
  t.is(lapic(0x83).device.read(LAPIC.id), 0x83000000);
  t.is(lapic(0x12345, true).device.read(LAPIC.id), 0x12345);
  t.is(apicIdOf(0x83000000, false), 0x83);
  t.is(apicIdOf(0x12345, true), 0x12345);
  t.is(icrHighOf(0x83, false), 0x83000000);
  t.is(icrHighOf(0x12345, true), 0x12345);
});

test('physical destinations, shorthands and the broadcast ID', (t) => {
  const { send } = lapic(0);
  t.deepEqual(send(0x05000000, 0x0500)?.to, { apicId: 5 });
  t.deepEqual(send(0xfe000000, 0x0500)?.to, { apicId: 254 });
  t.is(send(0xff000000, 0x0500)?.to, 'all');
  t.is(send(0, 0x40500)?.to, 'self');
  t.is(send(0, 0x80500)?.to, 'all');
  t.is(send(0, 0xc0500)?.to, 'others');
  const wide = lapic(0, true);
  t.deepEqual(wide.send(0xff, 0x0500)?.to, { apicId: 255 });
  t.is(wide.send(0xffffffff, 0x0500)?.to, 'all');
});

test('INIT, SIPI with its vector, and others that nobody delivers; INIT de-assert is nothing', (t) => {
  const { send, sent } = lapic(0);
  t.is(send(0, 0xc4500)?.kind, 'init');
  t.is(send(0, 0xc500)?.kind, 'init');
  t.is(send(0, 0x8500), undefined);
  const sipi = send(0x01000000, 0x4607);
  t.is(sipi?.kind, 'startup');
  t.is(sipi?.vector, 7);
  t.is(send(0, 0x40031)?.kind, 'other');
  t.deepEqual(sent, []);
});

test('registers keep what they should, and count EOIs; others read as 0', (t) => {
  const { device } = lapic(1);
  t.is(device.read(LAPIC.version) & 0xff, 0x14);
  t.is(device.read(LAPIC.spurious), 0xff);
  device.write(LAPIC.spurious, 0x1ff);
  device.write(LAPIC.taskPriority, 0x120);
  device.write(LAPIC.eoi, 0);
  device.write(0x320, 5);
  device.write(LAPIC.id, 0x09000000);
  t.is(device.read(LAPIC.spurious), 0x1ff);
  t.is(device.read(LAPIC.taskPriority), 0x20);
  t.is(device.eois, 1);
  t.is(device.read(0x320), 0);
  t.is(device.read(LAPIC.id), 0x01000000);
});
