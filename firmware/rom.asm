; The firmware: a 64 KiB image for the top of the address space (images/firmware.bin).
; At reset it copies itself to RAM, offers INT 10h, 11h, 12h and 15h, and starts the payload.
; Nothing but the reset code depends on where the image stands: under QEMU at 4 GiB - 64 KiB, on the board wherever there is
; room, since described machines may have tables of their own below 1 MiB.

        cpu     686
        bits    16
        org     0

%include "layout.inc"

; DS = CS = the ROM's segment in RAM, a stack in low memory.
%macro SET_UP_SEGMENTS 0
        xor     ax, ax
        mov     ss, ax
        mov     sp, STACK_TOP
        mov     ax, ROM_SEGMENT
        mov     ds, ax
%endmacro

; --- entry points ----------------------------------------------------------------------------------------------
rom_start:
        jmp     near floppy_entry               ; offset 0: where the boot sector jumps after loading us

; From the reset vector, CS = the image. No stack, no RAM assumed but what is copied to.
reset:
        cli
        cld
        mov     ax, ROM_SEGMENT
        mov     es, ax
        xor     si, si
        xor     di, di
        mov     cx, (rom_end - rom_start + 3) / 4
        cs rep  movsd
        jmp     ROM_SEGMENT:rom_main

rom_main:
        SET_UP_SEGMENTS
        mov     al, POST_ROM
        out     PORT_POST, al
        call    serial_init
        call    vectors_init
        call    fw_cfg_init
        call    int15_init_described
        jnc     .map
        call    e820_build_own
        call    e820_survey
.map:   call    bda_write
        mov     al, POST_SERVICES
        out     PORT_POST, al
        mov     si, banner
        call    print
        call    smp_init
        jmp     start_payload

; From the boot sector, under another firmware: its services stay, but the described machine's map takes the place of its
; own, as memory disks and boot managers do it. Without a described map nothing is changed.
floppy_entry:
        cli
        cld
        SET_UP_SEGMENTS
        call    fw_cfg_init                     ; without it there are no files to be found
        call    int15_init_described
        jc      start_payload
        mov     al, POST_MACHINE                ; from here on the board shows the described machine below 1 MiB
        out     PORT_POST, al
        call    bda_write
        xor     ax, ax
        mov     es, ax
        mov     word [es:0x15 * 4], int15_entry
        mov     word [es:0x15 * 4 + 2], ROM_SEGMENT
        ; fall through

; The payload is ours, or the caller's own in fw_cfg's opt/earlyboot/payload (one segment at most).
start_payload:
        mov     si, name_payload
        call    fw_cfg_find
        jc      .ours
        cmp     ecx, 0x10000
        ja      .ours
        xor     ebx, ebx
        mov     edi, PAYLOAD_BASE
        call    fw_cfg_read
        jmp     .start
.ours:  mov     ax, PAYLOAD_SEGMENT
        mov     es, ax
        mov     si, payload
        xor     di, di
        mov     cx, (payload_end - payload + 3) / 4
        rep     movsd
.start: mov     eax, [faults.payload]
        jmp     PAYLOAD_SEGMENT:0

; --- services ---------------------------------------------------------------------------------------------------
vectors_init:
        xor     ax, ax
        mov     es, ax
        xor     di, di
        mov     eax, (ROM_SEGMENT << 16) + int_ignore
        mov     cx, 32                          ; exceptions and the BIOS's own; what lies above is left alone
        rep     stosd
        mov     word [es:0x10 * 4], int10_entry
        mov     word [es:0x11 * 4], int11_entry
        mov     word [es:0x12 * 4], int12_entry
        mov     word [es:0x15 * 4], int15_entry
        ret

%include "services.inc"

; --- QEMU's own map ------------------------------------------------------------------------------------------------
; etc/e820 lists RAM as it is wired, in entries of 20 bytes. As every PC firmware does, the ROM takes the first MiB apart:
; base memory, EBDA, its own 64 KiB. Without the file there is no map, and E820h fails.
e820_build_own:
        mov     si, name_etc_e820
        call    fw_cfg_find
        jc      .done
        mov     [etc_key], ax
        mov     [etc_bytes], ecx
        xor     ebp, ebp                        ; offset in the file
        mov     di, e820_own
.entry: mov     eax, ebp
        add     eax, E820_BYTES
        cmp     eax, [etc_bytes]
        ja      .done
        cmp     dword [e820_count], E820_OWN_MAX - 3
        jae     .done
        push    edi
        mov     ax, [etc_key]
        mov     ebx, ebp
        mov     ecx, E820_BYTES
        mov     edi, (ROM_SEGMENT << 4) + e820_buf
        call    fw_cfg_read
        pop     edi
        add     ebp, E820_BYTES
        cmp     dword [e820_buf + 16], E820_RAM
        jne     .plain
        mov     eax, [e820_buf]                 ; RAM from 0 on?
        or      eax, [e820_buf + 4]
        jnz     .plain
        push    ds
        pop     es
        mov     si, first_mib
        mov     cx, (first_mib_end - first_mib) / 4
        rep     movsd
        add     dword [e820_count], 3
        sub     dword [e820_buf + 8], 0x100000  ; the rest starts at 1 MiB
        sbb     dword [e820_buf + 12], 0
        mov     dword [e820_buf], 0x100000
.plain: push    ds
        pop     es
        mov     si, e820_buf
        mov     cx, 5
        rep     movsd
        mov     eax, 1                          ; attributes: enabled
        stosd
        inc     dword [e820_count]
        jmp     .entry
.done:  ret

first_mib:                                      ; address, size, type, attributes
        dq 0x00000, 0x9FC00
        dd E820_RAM, 1
        dq 0x9FC00, 0x00400
        dd E820_RESERVED, 1
        dq 0xF0000, 0x10000
        dd E820_RESERVED, 1
first_mib_end:

name_etc_e820: db 'etc/e820', 0
name_payload:  db 'opt/earlyboot/payload', 0
banner:        db 'earlyboot firmware 1', 13, 10, 0
        align 4
etc_bytes:     dd 0
etc_key:       dw 0

%include "fwcfg.inc"
%include "int15.inc"
%include "smp/bringup.inc"
%include "smp/service.inc"
        cpu     686
        bits    16

        align   16
e820_own: times E820_OWN_MAX * E820_EXT_BYTES db 0

; --- the payload, and the reset vector --------------------------------------------------------------------------------
        align   16
payload:
        incbin  "payload.bin"
payload_end:
        align   16
rom_end:
%if rom_end - rom_start > (PAYLOAD_SEGMENT - ROM_SEGMENT) << 4
  %error "ROM and payload do not fit below PAYLOAD_SEGMENT"
%endif

%ifndef LOADABLE                                ; the boot sector wants the code alone
        times   0xFFF0 - ($ - $$) db 0xFF
        jmp     near reset                      ; near: wherever CS points
        db      '11/23/26', 0                   ; where a BIOS keeps its date
        times   0x10000 - ($ - $$) db 0xFF
%endif
