package al.example.ditari;

import android.content.Context;
import android.graphics.Canvas;
import android.graphics.Paint;
import android.util.AttributeSet;
import android.view.View;

/** Paper with lines; the layout names it and says what stands on top. */
public class LinedPage extends View {
    private static final String ANDROID = "http://schemas.android.com/apk/res/android";
    private final String heading;

    public LinedPage(Context context, AttributeSet attributes) {
        super(context, attributes);
        heading = attributes.getAttributeValue(ANDROID, "contentDescription");
    }

    @Override
    protected void onDraw(Canvas canvas) {
        canvas.drawText(heading, 0, 20, new Paint());
    }
}
