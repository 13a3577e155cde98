; A boot sector that counts the usable bytes of the firmware's map in MiB: INT 15h E820, one line on COM1 for the result.
        cpu     686
        org     0x7C00
        bits    16

COM1    equ     0x3F8
ENTRY   equ     0x7E00                  ; 20 bytes: u64 address, u64 size, u32 type

start:  xor     ebx, ebx
        mov     es, bx
        mov     ds, bx
.next:  mov     eax, 0xE820
        mov     edx, 'PAMS'             ; SMAP
        mov     ecx, 20
        mov     di, ENTRY
        int     0x15
        jc      .done
        cmp     dword [ENTRY + 16], 1
        jne     .skip
        mov     eax, [ENTRY + 8]
        add     [bytes], eax
        mov     eax, [ENTRY + 12]
        adc     [bytes + 4], eax
.skip:  test    ebx, ebx
        jnz     .next
.done:  mov     eax, [bytes]
        mov     edx, [bytes + 4]
        shrd    eax, edx, 20            ; MiB
        mov     cx, 0                   ; digits on the stack
.digit: xor     edx, edx
        mov     esi, 10
        div     esi
        push    dx
        inc     cx
        test    eax, eax
        jnz     .digit
.print: pop     ax
        add     al, '0'
        call    put
        loop    .print
        mov     si, text
.text:  lodsb
        call    put
        cmp     al, 10
        jne     .text
        mov     al, 0x2A                ; our own way of saying that all is well
        out     0xF4, al
        hlt

put:    mov     dx, COM1
        out     dx, al
        ret

text:   db      ' MiB usable', 13, 10
bytes:  dq      0
        times   510 - ($ - $$) db 0
        dw      0xAA55
