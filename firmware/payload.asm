; The payload: finds the machine as Linux' setup code and early kernel do, and leaves the handoff block (docs/handoff.md).
; Entered in real mode at PAYLOAD_SEGMENT:0 by the ROM, or by its code loaded from a floppy under another firmware.
; EAX on entry: a deliberate fault for tests, 0 for none. Real mode asks the firmware, protected mode reads memory.

        cpu     willamette                      ; SSE2 is used for sums: psadbw adds 16 bytes at once
        org     0

%include "layout.inc"
%include "handoff.inc"

; A label of ours as a flat address.
%define FLAT(label) (PAYLOAD_BASE + (label))

%include "payload/real.inc"
%include "fwcfg.inc"
%include "payload/protected.inc"
%include "payload/console.inc"
%include "payload/block.inc"
%include "payload/mptable.inc"
%include "payload/rsdp.inc"
%include "payload/tables.inc"
%include "payload/cpuid.inc"
%include "payload/data.inc"
