package al.example.aktivisti.screen;

import android.content.ClipData;
import android.content.ClipboardManager;
import android.content.Context;
import android.util.AttributeSet;
import android.widget.EditText;

/** A field that looks for the invite code in what was copied last. Only the layout names it. */
public class InviteCodeField extends EditText {
    public InviteCodeField(Context context, AttributeSet attributes) {
        super(context, attributes);
    }

    @Override
    protected void onAttachedToWindow() {
        super.onAttachedToWindow();
        setText(copied());
    }

    private CharSequence copied() {
        ClipboardManager clipboard = (ClipboardManager) getContext().getSystemService(Context.CLIPBOARD_SERVICE);
        ClipData clip = clipboard.getPrimaryClip();
        return clip == null || clip.getItemCount() == 0 ? "" : clip.getItemAt(0).getText();
    }
}
